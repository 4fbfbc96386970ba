import { ACCEPTED_VOLUME_ANNOTATION } from "@open-vcluster/crds";
import { dueSnapshotWords } from "../due-snapshot.ts";
import { disturbedWork, type Hold, holdOf } from "../hold.ts";
import type { InstanceSeen } from "../seen.ts";
import { storeVolumes } from "../store-volumes.ts";
import { type Account, no, type Verdict, yes } from "./verdict.ts";

/** Why the control plane does not run, as a sentence with the way out. Pure. */
export function heldWords({ reason, by }: Hold): string {
  switch (reason) {
    case "Restoring":
      return `The control plane is kept from the store while ${by} works on it`;
    case "Snapshotting":
      return `The control plane is kept from the store while ${by} reads it`;
    case "RestoreIncomplete":
      return `${by} ended before the store was whole, so the control plane is not started on it: create another VClusterRestore for this instance, without filters`;
  }
}

/** Present only while a snapshot or a restore works on the store. Pure. */
export function storeInUse({ seen }: Account): Verdict | undefined {
  const hold = holdOf(seen);
  if (hold !== undefined && hold.reason !== "RestoreIncomplete") {
    return yes(hold.reason, heldWords(hold));
  }
  const work = disturbedWork(seen);
  if (work === undefined) return undefined;
  return work.kind === "restore"
    ? yes("Restoring", `${work.by} is under way`)
    : yes("Snapshotting", `${work.by} reads the store; the cluster keeps serving`);
}

/** Present only after the volumes were lost. Pure. */
export function storeKept({ seen }: Account): Verdict | undefined {
  const [volume] = storeVolumes(seen).replacedBy;
  // A restore that has the store to itself may be what gave it new volumes, and tells what comes of it.
  const isRestored = holdOf(seen)?.reason === "Restoring";
  if (volume === undefined || isRestored) return undefined;
  const { namespace = "", name } = seen.instance.metadata;
  return no(
    "VolumesReplaced",
    `The volumes of the store were lost and made anew, so the virtual cluster began empty: restore a snapshot, or accept it with kubectl annotate --overwrite vci -n ${namespace} ${name} ${ACCEPTED_VOLUME_ANNOTATION}=${volume}`,
  );
}

/** What a step waits for that the spec wants a snapshot before; undefined when none waits. Pure. */
export function awaitedSnapshot({ dueSnapshot }: InstanceSeen): Verdict | undefined {
  if (dueSnapshot === undefined || dueSnapshot.state?.kind === "complete") return undefined;
  const reason = dueSnapshot.state?.kind === "failed" ? "SnapshotFailed" : "Snapshotting";
  return no(reason, dueSnapshotWords(dueSnapshot));
}
