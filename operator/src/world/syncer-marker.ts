import { createHash } from "node:crypto";
import type { Located } from "./reads.ts";

/** Longest label value. */
const MAX_LABEL_LENGTH = 63;
/** Characters of a too long name that stay, before a dash and ten hex digits of its hash. */
const KEPT_LENGTH = 52;

/** The label by which the syncer marks what it makes for its tenant. */
export const SYNCER_MARKER_LABEL = "vcluster.loft.sh/managed-by";

/**
 * Value of {@link SYNCER_MARKER_LABEL} on cluster-scoped objects: `NAMESPACE-x-NAME`, hashed when it is too long. Pure.
 *
 * Source: vcluster `pkg/util/translate` (`MarkerLabelCluster`, `SafeConcatName`).
 */
export function clusterMarkerOf({ targetNamespace, instance }: Located): string {
  const full = `${targetNamespace}-x-${instance.name}`;
  if (full.length <= MAX_LABEL_LENGTH) return full;
  const digest = createHash("sha256").update(full).digest("hex").slice(0, 10);
  return `${full.slice(0, KEPT_LENGTH)}-${digest}`.replaceAll(".-", "-");
}
