import type { HasMetadata, KubeClient, ResourceType } from "@open-vcluster/runtime";

/**
 * Whether an object is still what was read. A cache lags behind our own last write: an effect that was decided on what
 * was true before would be done once more.
 */
export async function isAsRead(
  type: ResourceType,
  { metadata }: HasMetadata,
  client: KubeClient,
  signal: AbortSignal,
): Promise<boolean> {
  const { namespace, name, resourceVersion } = metadata;
  const key = namespace === undefined ? { name } : { namespace, name };
  const live = await client.get(type, key, { metadataOnly: true, signal });
  return live?.metadata.resourceVersion === resourceVersion;
}
