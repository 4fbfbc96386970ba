import { hasLostNamespace, isForced } from "../deletion.ts";
import { type Account, type Verdict, yes } from "./verdict.ts";

/** Present only while the instance is being deleted. Pure. */
export function deleting({ seen, failure }: Account): Verdict | undefined {
  if (seen.instance.metadata.deletionTimestamp === undefined) return undefined;
  if (seen.instance.spec.deletionProtection === true) {
    return yes(
      "DeletionProtected",
      "Set spec.deletionProtection to false to let the deletion go on",
    );
  }
  if (hasLostNamespace(seen) && !isForced(seen)) {
    return yes(
      "DeletionBlocked",
      `Namespace ${seen.targetNamespace} lost the labels that mark it as made for this instance: put them back, or set the annotation openvcluster.io/force-delete to "true" to leave the namespace as it is`,
    );
  }
  if (failure !== undefined && failure.kind !== "conflict") {
    return yes("DeletionBlocked", failure.message);
  }
  const { namespace } = seen;
  const remaining = namespace.kind === "ours" ? namespace.remaining : "";
  if (remaining === "" || isForced(seen)) return yes("Deleting", "The instance is being removed");
  return yes("Deleting", `Namespace ${seen.targetNamespace} is going away: ${remaining}`);
}
