import { WORK_LABEL } from "@open-vcluster/crds";
import type { KubeClient, KubeObject, ResourceType } from "@open-vcluster/runtime";
import { CLUSTER_KINDS, KINDS } from "../../world/kinds.ts";
import type { Located } from "../../world/reads.ts";
import { clusterMarkerOf, SYNCER_MARKER_LABEL } from "../../world/syncer-marker.ts";
import type { GlanceView } from "../glances.ts";
import { ownershipLabels } from "../identity.ts";
import type { RemainsSeen } from "../seen.ts";

/** Finalizers of the syncer: once its control plane is gone nobody removes them. */
const SYNCER_FINALIZER_PREFIX = "vcluster.loft.sh/";

/** Kinds on which the syncer sets finalizers. */
const SYNCER_FINALIZER_KINDS: readonly ResourceType[] = [
  KINDS.configMap,
  KINDS.secret,
  KINDS.persistentVolumeClaim,
];

/** Counts what is left of an instance that is being deleted. */
export async function glanceRemains(
  { host, at }: GlanceView,
  deps: { readonly client: KubeClient; readonly operatorId: string },
  signal: AbortSignal,
): Promise<RemainsSeen | undefined> {
  if (host.instance.metadata.deletionTimestamp === undefined) return undefined;
  const namespace = at.targetNamespace;
  const present = host.namespace.kind === "ours";
  const podsOf = (labelSelector: string): Promise<readonly KubeObject[]> =>
    deps.client.list(KINDS.pod, { namespace, labelSelector, metadataOnly: true, signal });
  const [pods, forwarders, held, clusterObjects] = await Promise.all([
    present ? podsOf(`${SYNCER_MARKER_LABEL}=${at.instance.name}`) : [],
    present ? podsOf(`${WORK_LABEL}=forwarder`) : [],
    present ? orphaned(deps.client, namespace, signal) : [],
    clusterObjectsOf(at, deps, signal),
  ]);
  return {
    pods: pods.length,
    isStoreOpen: forwarders.length > 0,
    orphanedFinalizers: held.length,
    clusterObjects: clusterObjects.length,
  };
}

/** One object that waits for a finalizer. */
export interface HeldObject {
  readonly type: ResourceType;
  readonly namespace: string;
  readonly name: string;
  readonly finalizers: readonly string[];
}

/** Objects of the target namespace that are held by the syncer's finalizers alone or among others. */
export async function orphaned(
  client: KubeClient,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly HeldObject[]> {
  const found = await heldObjects(client, { namespace, types: SYNCER_FINALIZER_KINDS }, signal);
  return found.filter(({ finalizers }) =>
    finalizers.some((finalizer) => finalizer.startsWith(SYNCER_FINALIZER_PREFIX)),
  );
}

/** Objects of a namespace that have finalizers at all. */
export async function heldObjects(
  client: KubeClient,
  scope: { readonly namespace: string; readonly types: readonly ResourceType[] },
  signal: AbortSignal,
): Promise<readonly HeldObject[]> {
  const { namespace, types } = scope;
  const lists = await Promise.all(
    types.map(async (type) => {
      const objects = await client.list(type, { namespace, metadataOnly: true, signal });
      return objects.map(({ metadata }) => ({
        type,
        namespace,
        name: metadata.name,
        finalizers: metadata.finalizers ?? [],
      }));
    }),
  );
  return lists.flat().filter(({ finalizers }) => finalizers.length > 0);
}

/** Whether the syncer's finalizer is one that nobody removes any more. Pure. */
export function isSyncerFinalizer(finalizer: string): boolean {
  return finalizer.startsWith(SYNCER_FINALIZER_PREFIX);
}

/** Cluster-scoped objects of the chart (our labels) and of the tenant (the syncer's label). */
export async function clusterObjectsOf(
  at: Located,
  deps: { readonly client: KubeClient; readonly operatorId: string },
  signal: AbortSignal,
): Promise<readonly { readonly type: ResourceType; readonly name: string }[]> {
  const selectors = [
    Object.entries(ownershipLabels(at.instance, deps.operatorId))
      .map(([key, value]) => `${key}=${value}`)
      .join(","),
    `${SYNCER_MARKER_LABEL}=${clusterMarkerOf(at)}`,
  ];
  const lists = await Promise.all(
    CLUSTER_KINDS.flatMap((type) =>
      selectors.map(async (labelSelector) => {
        const objects = await deps.client.list(type, { labelSelector, metadataOnly: true, signal });
        return objects.map(({ metadata }) => ({ type, name: metadata.name }));
      }),
    ),
  );
  return lists.flat();
}
