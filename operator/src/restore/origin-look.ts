import type { VClusterSnapshot } from "@open-vcluster/crds";
import { keyText } from "@open-vcluster/runtime";
import type { Caches } from "../world/caches.ts";
import { type Origin, readOrigin } from "./origin-read.ts";
import type { OriginSeen } from "./origin-seen.ts";
import type { RestoreSeen } from "./seen.ts";

type Subject = Pick<RestoreSeen, "restore" | "snapshot" | "instance" | "place" | "identity">;

/** Finds out how a new instance is to be configured; only while it is to be made. */
export async function lookAtOrigin(
  { restore, snapshot, instance, place, identity }: Subject,
  caches: Pick<Caches, "instances">,
  signal: AbortSignal,
): Promise<OriginSeen> {
  const isNew = restore.spec.target.newInstance !== undefined && instance === undefined;
  const isAccepted = restore.status?.startTime !== undefined;
  if (!isNew || !isAccepted || snapshot === undefined || place.kind !== "place") {
    return { kind: "notNeeded" };
  }
  const { instanceUID: uid, snapshotID: snapId } = snapshot.status ?? {};
  if (uid === undefined || snapId === undefined) return { kind: "notNeeded" };
  const origin =
    place.claimName === undefined
      ? await readOrigin({ place, uid, snapId }, signal)
      : originOfSource(snapshot, uid, caches);
  return origin.kind === "unknown" ? origin : { ...origin, hasIdentity: identity !== undefined };
}

/** Only workers can read a volume: the instance itself tells, as long as there is one. */
function originOfSource(
  { metadata: { namespace = "" }, spec: { instanceRef } }: VClusterSnapshot,
  uid: string,
  { instances }: Pick<Caches, "instances">,
): Origin {
  const source = instances.get(keyText({ namespace, name: instanceRef.name }));
  if (source?.metadata.uid === uid) {
    const { spec, metadata } = source;
    return { kind: "known", spec, labels: metadata.labels ?? {}, certificates: undefined };
  }
  const message =
    "The snapshot is on a volume, which only workers can read, and the instance that it was taken of is gone: create one, and restore into it with target.instanceRef";
  return { kind: "unknown", reason: "LocationUnavailable", message, retry: false };
}
