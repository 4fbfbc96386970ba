import {
  INSTANCE_NAME_LABEL,
  INSTANCE_NAMESPACE_LABEL,
  OPERATOR_ID_LABEL,
  VCLUSTER_INSTANCE,
  VCLUSTER_RESTORE,
  VCLUSTER_SNAPSHOT,
  type VClusterInstance,
  type VClusterRestore,
  type VClusterSnapshot,
} from "@open-vcluster/crds";
import { type KubeClient, keyText, type ResourceType } from "@open-vcluster/runtime";
import type { ReleaseStore } from "../helm/release-store.ts";
import { readerKeys } from "../kubeconfig/reader.ts";
import { WORKLOAD_SELECTOR } from "./caches.ts";
import { KINDS, RENDERED_KINDS } from "./kinds.ts";
import { grantOf, markOf, namespaceOf, renderedOf, serviceOf, workloadOf } from "./project.ts";
import type { GrantMark, InstanceKey, Located, Reads, RenderedMark, Workload } from "./reads.ts";
import {
  instanceOfSnapshot,
  lastSnapshotOf,
  snapshotStateOf,
  storeWorkOf,
  targetOfRestore,
} from "./store-work.ts";
import { SYNCER_MARKER_LABEL } from "./syncer-marker.ts";

/** Reads the API server itself: exact at the moment of the answer. */
export function createLiveReads(
  client: KubeClient,
  releases: ReleaseStore,
  operatorId: string,
): Reads {
  const workloads = async (
    kind: Workload["kind"],
    type: ResourceType,
    at: Located,
    signal: AbortSignal,
  ): Promise<readonly Workload[]> => {
    const found = await client.list(type, {
      namespace: at.targetNamespace,
      labelSelector: WORKLOAD_SELECTOR,
      signal,
    });
    return found.map((raw) => workloadOf(kind, raw));
  };
  const rendered = async (
    type: ResourceType,
    at: Located,
    signal: AbortSignal,
  ): Promise<readonly RenderedMark[]> => {
    const found = await client.list(type, {
      namespace: type.namespaced ? at.targetNamespace : undefined,
      labelSelector: renderedSelector(at, operatorId),
      metadataOnly: true,
      signal,
    });
    return found.map((raw) => renderedOf(type.kind, raw));
  };
  const grant = async (
    type: ResourceType,
    key: InstanceKey,
    signal: AbortSignal,
  ): Promise<GrantMark | undefined> => {
    const raw = await client.get(type, key, { signal });
    return raw === undefined ? undefined : grantOf(raw);
  };
  const snapshotsOf = async (
    key: InstanceKey,
    signal: AbortSignal,
  ): Promise<readonly VClusterSnapshot[]> => {
    const found = await client.list<VClusterSnapshot>(VCLUSTER_SNAPSHOT, {
      namespace: key.namespace,
      signal,
    });
    return found.filter((snapshot) => instanceOfSnapshot(snapshot) === keyText(key));
  };
  return {
    instance: ({ namespace, name }: InstanceKey, signal) =>
      client.get<VClusterInstance>(VCLUSTER_INSTANCE, { namespace, name }, { signal }),
    namespace: async (name, signal) => {
      const raw = await client.get(KINDS.namespace, { name }, { signal });
      return raw === undefined ? undefined : namespaceOf(raw);
    },
    releases: (at, signal) => releases.list(targetOf(at), ownerOf(at, operatorId), signal),
    workloads: async (at, signal) => {
      const found = await Promise.all([
        workloads("StatefulSet", KINDS.statefulSet, at, signal),
        workloads("Deployment", KINDS.deployment, at, signal),
      ]);
      return found.flat();
    },
    service: async (at, signal) => {
      const key = { namespace: at.targetNamespace, name: at.instance.name };
      const raw = await client.get(KINDS.service, key, { signal });
      return raw === undefined ? undefined : serviceOf(raw);
    },
    secret: async (namespace, name, signal) => {
      const options = { metadataOnly: true, signal };
      const raw = await client.get(KINDS.secret, { namespace, name }, options);
      return raw === undefined ? undefined : markOf(raw);
    },
    reader: (at, signal) =>
      Promise.all(
        readerKeys(at).map(async (key) => {
          const [role, binding] = await Promise.all([
            grant(KINDS.role, key, signal),
            grant(KINDS.roleBinding, key, signal),
          ]);
          return { role, binding };
        }),
      ),
    rendered: async (at, signal) => {
      const found = await Promise.all(RENDERED_KINDS.map((type) => rendered(type, at, signal)));
      return found.flat();
    },
    snapshot: async (namespace, name, signal) => {
      const key = { namespace, name };
      const options = { signal };
      const found = await client.get<VClusterSnapshot>(VCLUSTER_SNAPSHOT, key, options);
      return found === undefined ? undefined : snapshotStateOf(found);
    },
    controlPlanePods: async (at, signal) => {
      const found = await client.list(KINDS.pod, {
        namespace: at.targetNamespace,
        labelSelector: `app=vcluster,release=${at.instance.name},!${SYNCER_MARKER_LABEL}`,
        metadataOnly: true,
        signal,
      });
      return found.length;
    },
    storeWork: async (key, signal) => {
      const [restores, snapshots] = await Promise.all([
        client.list<VClusterRestore>(VCLUSTER_RESTORE, {
          namespace: key.namespace,
          signal,
        }),
        snapshotsOf(key, signal),
      ]);
      const own = restores.filter((restore) => targetOfRestore(restore) === keyText(key));
      return storeWorkOf(own, snapshots);
    },
    lastSnapshot: async (key, signal) => lastSnapshotOf(await snapshotsOf(key, signal)),
    claims: async (at, signal) => {
      const claims = await client.list(KINDS.persistentVolumeClaim, {
        namespace: at.targetNamespace,
        labelSelector: `${WORKLOAD_SELECTOR},release=${at.instance.name}`,
        metadataOnly: true,
        signal,
      });
      return claims.map((raw) => markOf(raw));
    },
  };
}

/** The Helm release of an instance. */
function targetOf(at: Located): { readonly release: string; readonly namespace: string } {
  return { release: at.instance.name, namespace: at.targetNamespace };
}

/** The ownership labels of an instance, as Helm's port wants them. */
export function ownerOf(
  at: Located,
  operatorId: string,
): {
  readonly instanceNamespace: string;
  readonly instanceName: string;
  readonly operatorId: string;
} {
  return {
    instanceNamespace: at.instance.namespace,
    instanceName: at.instance.name,
    operatorId,
  };
}

/** Selects every object of the chart's manifest of one instance. */
function renderedSelector(at: Located, operatorId: string): string {
  return [
    `${INSTANCE_NAMESPACE_LABEL}=${at.instance.namespace}`,
    `${INSTANCE_NAME_LABEL}=${at.instance.name}`,
    `${OPERATOR_ID_LABEL}=${operatorId}`,
    "openvcluster.io/render",
    `!${SYNCER_MARKER_LABEL}`,
  ].join(",");
}
