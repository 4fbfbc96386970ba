import type { HandlerContext } from "@connectrpc/connect";
import { type InstanceId, VCLUSTER_SNAPSHOT, type VClusterSnapshot } from "@open-vcluster/crds";
import { Failure } from "@open-vcluster/runtime";
import { callOf } from "../../call/call.ts";
import { namespaceOf } from "../../translate/names.ts";
import type { ServiceDeps } from "../deps.ts";
import { SNAPSHOTS } from "./find.ts";

/**
 * Prepares the removal of every snapshot of a virtual cluster that is to be deleted; nothing is removed before the
 * deletion is accepted. A crash in between is healed by repeating the request.
 *
 * @throws Failure `denied`; `precondition` SnapshotHeld while one of them is held.
 */
export async function removalOf(
  request: Pick<InstanceId, "namespace" | "name">,
  context: HandlerContext,
  deps: ServiceDeps,
): Promise<() => Promise<void>> {
  const target = { namespace: namespaceOf(request), name: request.name };
  const { principal } = callOf(context);
  const { namespace } = target;
  await deps.permissions.require(principal, { ...SNAPSHOTS, verb: "delete", namespace });
  const snapshots = await snapshotsOf(target, deps);
  const held = snapshots.find(({ spec }) => spec.hold === true);
  if (held !== undefined) throw heldFailure(held);
  return async () => {
    for (const { metadata } of snapshots) {
      const { name, uid } = metadata;
      await deps.host.delete(VCLUSTER_SNAPSHOT, { namespace, name }, { uid });
    }
  };
}

/** Those of an earlier virtual cluster of the same name stay. */
async function snapshotsOf(
  target: InstanceId,
  { snapshots, instances }: ServiceDeps,
): Promise<readonly VClusterSnapshot[]> {
  const { items } = await snapshots.list({ atLeast: "" });
  const instance = await instances.find(target, { atLeast: "" });
  return items.filter(
    ({ metadata, spec, status }) =>
      metadata.namespace === target.namespace &&
      spec.instanceRef.name === target.name &&
      (status?.instanceUID === undefined ||
        instance === undefined ||
        status.instanceUID === instance.metadata.uid),
  );
}

function heldFailure({ metadata }: VClusterSnapshot): Failure {
  const text = `Snapshot ${metadata.namespace ?? ""}/${metadata.name} is held; let it go with HoldSnapshot first, or delete without delete_snapshots`;
  return new Failure("precondition", "SnapshotHeld", text);
}
