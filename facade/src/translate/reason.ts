import { GROUP } from "@open-vcluster/crds";

/** The domain of every `google.rpc.ErrorInfo` of the product. */
export const ERROR_DOMAIN: string = GROUP;

/** The fact of a failure that says which virtual cluster it is about, as NAMESPACE/NAME. */
export const SUBJECT_FACT = "vcluster";

const MAX_LENGTH = 63;

/** A reason as `google.rpc.ErrorInfo` wants it: `PKILost` becomes `PKI_LOST`. */
export function wireReason(reason: string): string {
  return reason
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9_]/g, "_")
    .toUpperCase()
    .slice(0, MAX_LENGTH);
}
