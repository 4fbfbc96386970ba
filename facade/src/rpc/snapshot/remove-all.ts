import type { HandlerContext } from "@connectrpc/connect";
import {
  type InstanceId,
  VCLUSTER_SNAPSHOT,
  type VClusterOperation,
  type VClusterSnapshot,
} from "@open-vcluster/crds";
import { Failure } from "@open-vcluster/runtime";
import { callOf } from "../../call/call.ts";
import { namespaceOf } from "../../translate/names.ts";
import type { ServiceDeps } from "../deps.ts";
import { SNAPSHOTS } from "./find.ts";

/**
 * Prepares the removal of every snapshot of a virtual cluster that is to be deleted; nothing is removed before the
 * deletion is accepted. A crash in between is healed by repeating the request.
 *
 * @throws Failure `denied`; `precondition` SnapshotHeld while one of them is held, SnapshotRetained while the data of one is
 * to stay.
 */
export async function removalOf(
  request: Pick<InstanceId, "namespace" | "name"> & { readonly requestId: string },
  context: HandlerContext,
  deps: ServiceDeps,
): Promise<() => Promise<void>> {
  const target = { namespace: namespaceOf(request), name: request.name };
  const { principal } = callOf(context);
  const { namespace } = target;
  await deps.permissions.require(principal, { ...SNAPSHOTS, verb: "delete", namespace });
  const { requestId } = request;
  const earlier = await deps.writes.earlier({ method: "DeleteVCluster", principal, requestId });
  const snapshots = await snapshotsOf(target, earlier, deps);
  const held = snapshots.find(({ spec }) => spec.hold === true);
  if (held !== undefined) throw heldFailure(held);
  const retained = snapshots.find(({ spec }) => spec.deletionPolicy === "Retain");
  if (retained !== undefined) throw retainedFailure(retained);
  return async () => {
    for (const { metadata } of snapshots) {
      const { name, uid } = metadata;
      await deps.host.delete(VCLUSTER_SNAPSHOT, { namespace, name }, { uid });
    }
  };
}

/**
 * Those of another virtual cluster that had, or has, the same name stay: a repeated request is about what it was about
 * when it was recorded.
 */
async function snapshotsOf(
  target: InstanceId,
  earlier: VClusterOperation | undefined,
  { snapshots, instances }: ServiceDeps,
): Promise<readonly VClusterSnapshot[]> {
  const { items } = await snapshots.list({ atLeast: "" });
  const instance = await instances.find(target, { atLeast: "" });
  const uid = earlier === undefined ? instance?.metadata.uid : earlier.spec.target.uid;
  const recordedMs = Date.parse(earlier?.metadata.creationTimestamp ?? "");
  return items.filter(({ metadata, spec, status }) => {
    const { namespace, creationTimestamp = "" } = metadata;
    if (namespace !== target.namespace || spec.instanceRef.name !== target.name) return false;
    // One that was taken since, as the last state of it, was not meant.
    if (earlier !== undefined && Date.parse(creationTimestamp) > recordedMs) return false;
    return status?.instanceUID === undefined || status.instanceUID === uid;
  });
}

function heldFailure({ metadata }: VClusterSnapshot): Failure {
  const text = `Snapshot ${metadata.namespace ?? ""}/${metadata.name} is held; let it go with HoldSnapshot first, or delete without delete_snapshots`;
  return new Failure("precondition", "SnapshotHeld", text);
}

function retainedFailure({ metadata }: VClusterSnapshot): Failure {
  const text = `The data of snapshot ${metadata.namespace ?? ""}/${metadata.name} is to stay, as its deletionPolicy says, and would be found again; remove it with DeleteSnapshot and force first, or delete without delete_snapshots`;
  return new Failure("precondition", "SnapshotRetained", text);
}
