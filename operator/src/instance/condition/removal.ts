import { hasLostNamespace, isForced } from "../deletion.ts";
import type { InstanceSeen } from "../seen.ts";
import { awaitedSnapshot } from "./store.ts";
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
  const snapshot = awaitedSnapshot(seen);
  if (snapshot !== undefined) {
    const { reason, message } = snapshot;
    return yes(reason === "SnapshotFailed" ? "DeletionBlocked" : "Deleting", message);
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
  return yes("Deleting", remainingWords(seen));
}

function remainingWords(seen: InstanceSeen): string {
  const { namespace } = seen;
  const remaining = namespace.kind === "ours" ? namespace.remaining : "";
  return remaining === "" || isForced(seen)
    ? "The instance is being removed"
    : `Namespace ${seen.targetNamespace} is going away: ${remaining}`;
}
