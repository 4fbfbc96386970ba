import { isDeepStrictEqual } from "node:util";
import type { KubeObject, ResourceType } from "@open-vcluster/runtime";
import { readerKeys, readerObjects } from "../../kubeconfig/reader.ts";
import { FIELD_MANAGER } from "../../world/field-manager.ts";
import { KINDS } from "../../world/kinds.ts";
import { carriesLabels } from "../../world/project.ts";
import { asLostRace, type EffectContext, instanceReference, labelsOf } from "./context.ts";
import type { Effects } from "./effect.ts";

/** Effects on the Roles and RoleBindings by which the API reads one kubeconfig and the usage of one virtual cluster. */
export const readerEffects: Pick<Effects, "writeReader" | "deleteReader"> = {
  writeReader: async (_action, context, signal) => {
    const reader = context.settings.kubeconfigReader;
    if (reader === undefined) return {};
    const pairs = readerObjects(
      { at: context.at, reader, labels: labelsOf(context) },
      instanceReference(context),
    );
    for (const { role, binding } of pairs) {
      await write(KINDS.role, role, context, signal);
      await removeOtherRole(binding, context, signal);
      await write(KINDS.roleBinding, binding, context, signal);
    }
    return {};
  },
  deleteReader: async (_action, context, signal) => {
    for (const key of readerKeys(context.at)) {
      for (const type of [KINDS.roleBinding, KINDS.role]) {
        const existing = await context.client.get(type, key, { signal });
        if (existing === undefined || !isOurs(existing, context)) continue;
        await context.client.delete(type, key, { uid: existing.metadata.uid, signal });
      }
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
  const existing = await client.get(type, object.metadata, { signal });
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
  const key = wanted.metadata;
  const existing = await context.client.get(KINDS.roleBinding, key, { signal });
  if (existing === undefined || !isOurs(existing, context)) return;
  if (isDeepStrictEqual(existing["roleRef"], wanted["roleRef"])) return;
  await context.client.delete(KINDS.roleBinding, key, { uid: existing.metadata.uid, signal });
}

function isOurs(existing: KubeObject, context: EffectContext): boolean {
  return carriesLabels(existing.metadata.labels, labelsOf(context));
}
