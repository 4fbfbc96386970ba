import type { VClusterSnapshot } from "@open-vcluster/crds";
import { Failure } from "@open-vcluster/runtime";

/** @throws Failure `precondition` SnapshotNotReady for one that is on its way out, with its data. */
export function refuseDeleted({ metadata }: VClusterSnapshot): void {
  if (metadata.deletionTimestamp === undefined) return;
  const { namespace = "", name } = metadata;
  const message = `Snapshot ${namespace}/${name} is being deleted`;
  throw new Failure("precondition", "SnapshotNotReady", message);
}
