import type { VClusterSnapshot } from "@open-vcluster/crds";
import type { Asker, WorkId } from "./job/work.ts";

/** Pure. */
export function askerOf({ metadata }: VClusterSnapshot): Asker {
  const { namespace = "", name, uid = "" } = metadata;
  return { kind: "VClusterSnapshot", namespace, name, uid };
}

/** Today's attempt at making a snapshot. Pure. */
export function makingId(snapshot: VClusterSnapshot): WorkId {
  return { asker: askerOf(snapshot), step: "make", attempt: snapshot.status?.attempts ?? 0 };
}

/** The next time that it is read back again: each has its own work, and so its own result. Pure. */
export function verifyingId(snapshot: VClusterSnapshot): WorkId {
  const attempt = snapshot.status?.verifications ?? 0;
  return { asker: askerOf(snapshot), step: "verify", attempt };
}

/** The attempt at putting back what that reading found damaged. Pure. */
export function repairingId(snapshot: VClusterSnapshot): WorkId {
  return { ...verifyingId(snapshot), step: "repair" };
}

/** The removal of its data. Pure. */
export function removingId(snapshot: VClusterSnapshot): WorkId {
  return { asker: askerOf(snapshot), step: "delete", attempt: 0 };
}
