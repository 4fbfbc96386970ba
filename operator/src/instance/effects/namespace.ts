import {
  AWAITING_WORKLOADS_ANNOTATION,
  DRAIN_ABORTED_ANNOTATION,
  DRAIN_LABEL,
  DRAIN_STARTED_ANNOTATION,
  FAILED_DIGEST_ANNOTATION,
  PROJECT_LABEL,
  SERVED_ANNOTATION,
  STORE_ANNOTATION,
} from "@open-vcluster/crds";
import { FIELD_MANAGER } from "../../world/field-manager.ts";
import { addFinalizer } from "../../world/finalizers.ts";
import { KINDS } from "../../world/kinds.ts";
import { storeTypeOf } from "../desire.ts";
import { desiredRelease } from "../release-facts.ts";
import { formatStore } from "../store-mark.ts";
import { asLostRace, type EffectContext, finalizing, labelsOf } from "./context.ts";
import type { Effects, Outcome } from "./effect.ts";

type Names =
  | "addFinalizer"
  | "createNamespace"
  | "markDraining"
  | "abortDrain"
  | "unmarkDraining"
  | "markAwaitingWorkloads"
  | "unmarkAwaitingWorkloads"
  | "markServed"
  | "markFailed"
  | "unmarkFailed";

/** Effects on the instance's own metadata and on its target namespace, which keeps the marks of what goes on. */
export const namespaceEffects: Pick<Effects, Names> = {
  addFinalizer: async (_action, { seen, client }, signal) => {
    await addFinalizer(finalizing(seen), client, signal);
    return {};
  },
  createNamespace: async (_action, context, signal) => {
    const { project } = context.seen.instance.spec;
    const created = context.client.create(
      KINDS.namespace,
      {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: {
          name: context.at.targetNamespace,
          labels: {
            ...labelsOf(context),
            ...(project === undefined ? {} : { [PROJECT_LABEL]: project }),
          },
          annotations: { [STORE_ANNOTATION]: storeMark(context) },
        },
      },
      { signal, fieldManager: FIELD_MANAGER },
    );
    await created.catch(asLostRace);
    return {};
  },
  markDraining: (_action, context, signal) =>
    patchNamespace(
      context,
      {
        labels: { [DRAIN_LABEL]: "true" },
        annotations: {
          [DRAIN_STARTED_ANNOTATION]: new Date(context.nowMs).toISOString(),
          [DRAIN_ABORTED_ANNOTATION]: null,
        },
      },
      signal,
    ),
  abortDrain: (_action, context, signal) =>
    patchNamespace(
      context,
      {
        labels: { [DRAIN_LABEL]: null },
        annotations: {
          [DRAIN_STARTED_ANNOTATION]: null,
          [DRAIN_ABORTED_ANNOTATION]: String(context.seen.instance.metadata.generation ?? 0),
        },
      },
      signal,
    ),
  unmarkDraining: (_action, context, signal) =>
    patchNamespace(
      context,
      { labels: { [DRAIN_LABEL]: null }, annotations: { [DRAIN_STARTED_ANNOTATION]: null } },
      signal,
    ),
  markAwaitingWorkloads: (_action, context, signal) =>
    patchNamespace(
      context,
      {
        annotations: {
          [AWAITING_WORKLOADS_ANNOTATION]: new Date(context.nowMs).toISOString(),
        },
      },
      signal,
    ),
  unmarkAwaitingWorkloads: (_action, context, signal) =>
    patchNamespace(context, { annotations: { [AWAITING_WORKLOADS_ANNOTATION]: null } }, signal),
  markServed: ({ versions }, context, signal) =>
    patchNamespace(context, { annotations: { [SERVED_ANNOTATION]: versions } }, signal),
  markFailed: ({ digest }, context, signal) =>
    patchNamespace(context, { annotations: { [FAILED_DIGEST_ANNOTATION]: digest } }, signal),
  unmarkFailed: (_action, context, signal) =>
    patchNamespace(context, { annotations: { [FAILED_DIGEST_ANNOTATION]: null } }, signal),
};

type Marks = Readonly<Record<string, string | null>>;

async function patchNamespace(
  context: EffectContext,
  metadata: { readonly labels?: Marks; readonly annotations?: Marks },
  signal: AbortSignal,
): Promise<Outcome> {
  const { namespace } = context.seen;
  // The uid keeps the patch away from a namespace that was made anew under the same name.
  const uid = namespace.kind === "ours" ? { uid: namespace.uid } : {};
  await context.client.mergePatch(
    KINDS.namespace,
    { name: context.at.targetNamespace },
    { metadata: { ...metadata, ...uid } },
    { signal, fieldManager: FIELD_MANAGER },
  );
  return {};
}

/** What the volumes will be made for: it outlives the release, as the volumes do. */
function storeMark({ seen }: EffectContext): string {
  const members = desiredRelease(seen)?.etcdMembers ?? 0;
  return formatStore({ type: storeTypeOf(seen.instance.spec), members });
}
