import {
  escrowSecretName,
  forwarderSecretName,
  GRACE_PERIOD_ANNOTATION,
  TOUCHED_ANNOTATION,
} from "@open-vcluster/crds";
import type { KubeClient, ResourceType } from "@open-vcluster/runtime";
import { closeSqlite } from "../../snapshot/access/sqlite.ts";
import { FIELD_MANAGER } from "../../world/field-manager.ts";
import { removeFinalizer } from "../../world/finalizers.ts";
import { KINDS } from "../../world/kinds.ts";
import { SYNCER_MARKER_LABEL } from "../../world/syncer-marker.ts";
import {
  clusterObjectsOf,
  type HeldObject,
  heldObjects,
  isSyncerFinalizer,
  orphaned,
} from "../glance/remains.ts";
import { type EffectContext, finalizing } from "./context.ts";
import type { Effects } from "./effect.ts";

type Names =
  | "closeStore"
  | "deleteTenantPods"
  | "deleteNamespace"
  | "stripFinalizers"
  | "deleteClusterObjects"
  | "deleteEscrow"
  | "removeFinalizer";

/** Kinds whose finalizers a forced deletion removes: all that the chart, the syncer or a tenant's pods leave. */
const FORCED_KINDS: readonly ResourceType[] = [
  KINDS.pod,
  KINDS.configMap,
  KINDS.secret,
  KINDS.service,
  KINDS.persistentVolumeClaim,
  KINDS.ingress,
  KINDS.statefulSet,
  KINDS.deployment,
];

/** Effects that remove an instance from the host. */
export const removalEffects: Pick<Effects, Names> = {
  closeStore: async (_action, { client, settings, seen }, signal) => {
    await closeSqlite(seen, { client, settings }, signal);
    return {};
  },
  deleteTenantPods: async (_action, context, signal) => {
    await deleteTenantPods(context, gracePeriodOf(context), signal);
    return {};
  },
  deleteNamespace: async (_action, context, signal) => {
    const { client, at, seen } = context;
    if (seen.namespace.kind !== "ours") return {};
    const graceSeconds = gracePeriodOf(context);
    // The namespace controller would give each pod its own period; a shorter one that runs already stays.
    if (graceSeconds !== undefined) await deleteTenantPods(context, graceSeconds, signal);
    await client.delete(
      KINDS.namespace,
      { name: at.targetNamespace },
      { uid: seen.namespace.uid, signal },
    );
    return {};
  },
  stripFinalizers: async ({ all }, context, signal) => {
    const { client, at } = context;
    const namespace = at.targetNamespace;
    const held = all
      ? await heldObjects(client, { namespace, types: FORCED_KINDS }, signal)
      : await orphaned(client, namespace, signal);
    for (const object of held) await strip(client, object, all, signal);
    if (all) {
      await deletePodsAtOnce(client, namespace, signal);
      await touchNamespace(context, signal);
    }
    return {};
  },
  deleteClusterObjects: async (_action, { client, at, settings }, signal) => {
    const objects = await clusterObjectsOf(at, { client, operatorId: settings.operatorId }, signal);
    for (const { type, name } of objects) await client.delete(type, { name }, { signal });
    return {};
  },
  deleteEscrow: async (_action, { client, at, settings }, signal) => {
    const namespace = settings.operatorNamespace;
    // Whoever was at work on the store when the instance went leaves the way to it open.
    for (const name of [forwarderSecretName(at.instance), escrowSecretName(at.instance)]) {
      await client.delete(KINDS.secret, { namespace, name }, { signal });
    }
    return {};
  },
  removeFinalizer: async (_action, { seen, client }, signal) => {
    await removeFinalizer(finalizing(seen), client, signal);
    return {};
  },
};

/** What the instance says of it; undefined if it says nothing that is a number of seconds. */
function gracePeriodOf({ seen }: EffectContext): number | undefined {
  const text = seen.instance.metadata.annotations?.[GRACE_PERIOD_ANNOTATION] ?? "";
  return /^[0-9]{1,5}$/.test(text) ? Number(text) : undefined;
}

async function deleteTenantPods(
  { client, at }: EffectContext,
  gracePeriodSeconds: number | undefined,
  signal: AbortSignal,
): Promise<void> {
  await client.deleteCollection(KINDS.pod, {
    namespace: at.targetNamespace,
    labelSelector: `${SYNCER_MARKER_LABEL}=${at.instance.name}`,
    gracePeriodSeconds,
    signal,
  });
}

async function strip(
  client: KubeClient,
  { type, namespace, name, finalizers }: HeldObject,
  all: boolean,
  signal: AbortSignal,
): Promise<void> {
  const kept = all ? [] : finalizers.filter((finalizer) => !isSyncerFinalizer(finalizer));
  await client.mergePatch(
    type,
    { namespace, name },
    { metadata: { finalizers: kept.length === 0 ? null : kept } },
    { signal, fieldManager: FIELD_MANAGER },
  );
}

/** Pods of a node that is gone would otherwise hold the namespace for ever. */
async function deletePodsAtOnce(
  client: KubeClient,
  namespace: string,
  signal: AbortSignal,
): Promise<void> {
  const pods = await client.list(KINDS.pod, { namespace, metadataOnly: true, signal });
  for (const { metadata } of pods) {
    await client.delete(
      KINDS.pod,
      { namespace, name: metadata.name },
      { gracePeriodSeconds: 0, signal },
    );
  }
}

/** The namespace controller looks again only after half the longest grace period, unless the namespace changes. */
async function touchNamespace(
  { client, at, nowMs }: EffectContext,
  signal: AbortSignal,
): Promise<void> {
  await client.mergePatch(
    KINDS.namespace,
    { name: at.targetNamespace },
    { metadata: { annotations: { [TOUCHED_ANNOTATION]: new Date(nowMs).toISOString() } } },
    { signal, fieldManager: FIELD_MANAGER },
  );
}
