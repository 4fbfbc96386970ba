import type { HasMetadata, KubeClient, ResourceType } from "@open-vcluster/runtime";
import { FIELD_MANAGER } from "./field-manager.ts";

/** A finalizer, and the object as it was read that has it or gets it. */
export interface Finalizing {
  readonly type: ResourceType;
  readonly object: HasMetadata;
  readonly finalizer: string;
}

/** @throws Failure `conflict` when another version than the one that was read is there. */
export async function addFinalizer(
  finalizing: Finalizing,
  client: KubeClient,
  signal: AbortSignal,
): Promise<void> {
  const { finalizers = [] } = finalizing.object.metadata;
  await replace(finalizing, [...finalizers, finalizing.finalizer], client, signal);
}

/** @throws Failure `conflict` when another version than the one that was read is there. */
export async function removeFinalizer(
  finalizing: Finalizing,
  client: KubeClient,
  signal: AbortSignal,
): Promise<void> {
  const { finalizers = [] } = finalizing.object.metadata;
  const others = finalizers.filter((each) => each !== finalizing.finalizer);
  await replace(finalizing, others, client, signal);
}

/** The version makes the list of finalizers that was read the one that is replaced. */
async function replace(
  { type, object: { metadata } }: Finalizing,
  finalizers: readonly string[],
  client: KubeClient,
  signal: AbortSignal,
): Promise<void> {
  const { namespace, name, resourceVersion } = metadata;
  const patch = { metadata: { resourceVersion, finalizers } };
  await client.mergePatch(type, { namespace, name }, patch, {
    fieldManager: FIELD_MANAGER,
    signal,
  });
}
