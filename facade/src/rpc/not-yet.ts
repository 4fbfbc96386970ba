import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema } from "@open-vcluster/api";

/** The refusal of what this version cannot do, with the way out. Pure. */
export function notYet(what: string, advice: string): ConnectError {
  const info = {
    desc: ErrorInfoSchema,
    value: { reason: "NOT_IMPLEMENTED", domain: "openvcluster.io", metadata: { feature: what } },
  };
  const message = `${what} is not part of this version, which has no snapshots; ${advice}`;
  return new ConnectError(message, Code.Unimplemented, undefined, [info]);
}
