import { isDeepStrictEqual } from "node:util";
import { kubeconfigReaderName } from "@open-vcluster/crds";
import type { KubeObject, ResourceType } from "@open-vcluster/runtime";
import { readerObjects } from "../../kubeconfig/reader.ts";
import { KINDS } from "../../world/kinds.ts";
import { carriesLabels } from "../../world/project.ts";
import {
  asLostRace,
  type EffectContext,
  FIELD_MANAGER,
  instanceReference,
  labelsOf,
} from "./context.ts";
import type { Effects } from "./effect.ts";

/** Effects on Role and RoleBinding `NAME-kubeconfig-reader`, by which the API reads one kubeconfig. */
export const readerEffects: Pick<Effects, "writeReader" | "deleteReader"> = {
  writeReader: async (_action, context, signal) => {
    const reader = context.settings.kubeconfigReader;
    if (reader === undefined) return {};
    const { role, binding } = readerObjects(
      { instance: context.at.instance, reader, labels: labelsOf(context) },
      instanceReference(context),
    );
    await write(KINDS.role, role, context, signal);
    await removeOtherRole(binding, context, signal);
    await write(KINDS.roleBinding, binding, context, signal);
    return {};
  },
  deleteReader: async (_action, context, signal) => {
    for (const type of [KINDS.roleBinding, KINDS.role]) {
      const existing = await existingOf(type, context, signal);
      if (existing === undefined || !isOurs(existing, context)) continue;
      const { uid } = existing.metadata;
      await context.client.delete(type, keyOf(context), { uid, signal });
    }
    return {};
  },
};

/** Create, not apply, where nothing is: a stranger's object that appears right now must win. */
async function write(
  type: ResourceType,
  object: KubeObject,
  context: EffectContext,
  signal: AbortSignal,
): Promise<void> {
  const { client } = context;
  const existing = await existingOf(type, context, signal);
  if (existing === undefined) {
    await client.create(type, object, { fieldManager: FIELD_MANAGER, signal }).catch(asLostRace);
  } else if (isOurs(existing, context)) {
    await client.apply(type, object, { fieldManager: FIELD_MANAGER, force: true, signal });
  }
}

/** The role of a binding never changes, so a binding to another role makes room. */
async function removeOtherRole(
  wanted: KubeObject,
  context: EffectContext,
  signal: AbortSignal,
): Promise<void> {
  const existing = await existingOf(KINDS.roleBinding, context, signal);
  if (existing === undefined || !isOurs(existing, context)) return;
  if (isDeepStrictEqual(existing["roleRef"], wanted["roleRef"])) return;
  const { uid } = existing.metadata;
  await context.client.delete(KINDS.roleBinding, keyOf(context), { uid, signal });
}

function existingOf(
  type: ResourceType,
  context: EffectContext,
  signal: AbortSignal,
): Promise<KubeObject | undefined> {
  return context.client.get(type, keyOf(context), { signal });
}

function isOurs(existing: KubeObject, context: EffectContext): boolean {
  return carriesLabels(existing.metadata.labels, labelsOf(context));
}

function keyOf({ at }: EffectContext): { readonly namespace: string; readonly name: string } {
  return { namespace: at.instance.namespace, name: kubeconfigReaderName(at.instance.name) };
}
