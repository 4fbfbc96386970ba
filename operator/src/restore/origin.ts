import { isDeepStrictEqual } from "node:util";
import type { VClusterInstanceSpec, VClusterRestore } from "@open-vcluster/crds";
import { withoutAbsent } from "../world/without-absent.ts";
import type { RestoreSeen } from "./seen.ts";
import { isReplacement } from "./target.ts";

/**
 * The spec of a new instance: as the one that the snapshot was taken of, of the same versions, and running.
 *
 * Under another name it gets a namespace of its own, neither ingress nor owner, which are those of the one that it was taken
 * of, unless the restore names an owner; nor, in another namespace, the location of its snapshots. Pure.
 */
export function newSpecOf(
  spec: VClusterInstanceSpec,
  seen: Pick<RestoreSeen, "restore" | "snapshot">,
): VClusterInstanceSpec {
  const { powerState: _power, targetNamespace, ingress, owner, snapshots, ...rest } = spec;
  const { chart, kubernetes } = seen.snapshot?.status?.versions ?? {};
  const own = {
    ...(targetNamespace === undefined ? {} : { targetNamespace }),
    ...(ingress === undefined ? {} : { ingress }),
    ...(owner === undefined ? {} : { owner }),
  };
  const answers = seen.restore.spec.target.newInstance?.owner;
  return withStore(
    {
      ...rest,
      ...(isReplacement(seen) ? own : {}),
      ...(answers === undefined ? {} : { owner: answers }),
      ...snapshotsOf(snapshots, seen),
      ...(chart === undefined ? {} : { chart: { ...spec.chart, version: chart } }),
      ...(kubernetes === undefined ? {} : { kubernetesVersion: kubernetes }),
    },
    seen.restore,
  );
}

function snapshotsOf(
  snapshots: VClusterInstanceSpec["snapshots"],
  { restore, snapshot }: Pick<RestoreSeen, "restore" | "snapshot">,
): Pick<VClusterInstanceSpec, "snapshots"> {
  if (snapshots === undefined) return {};
  const { locationRef, ...rest } = snapshots;
  const isHome = snapshot?.metadata.namespace === restore.metadata.namespace;
  return { snapshots: isHome && locationRef !== undefined ? { ...rest, locationRef } : rest };
}

type Volumes = NonNullable<VClusterInstanceSpec["storage"]>;

function withStore(
  spec: VClusterInstanceSpec,
  { spec: asked }: VClusterRestore,
): VClusterInstanceSpec {
  const store = asked.target.newInstance?.backingStore;
  if (store === undefined || isDeepStrictEqual(store, spec.backingStore)) return spec;
  const { storage: ofSqlite, backingStore: before, ...rest } = spec;
  const storage = volumesOf(before?.etcd?.storage ?? ofSqlite);
  if (store.type === "sqlite") {
    const controlPlane = { ...spec.controlPlane, replicas: 1 };
    return { ...rest, controlPlane, backingStore: { type: "sqlite" }, ...(storage && { storage }) };
  }
  const replicas = store.replicas === 3 ? 3 : 1;
  const etcd = { ...before?.etcd, replicas, ...(storage && { storage }) };
  return { ...rest, backingStore: { type: "etcd", etcd } };
}

/** The volumes of another kind of store: as large, and of the same class. */
function volumesOf(
  volumes: Volumes | undefined,
): Pick<Volumes, "size" | "storageClassName"> | undefined {
  if (volumes === undefined) return undefined;
  const { size, storageClassName } = volumes;
  return withoutAbsent({ size, storageClassName });
}
