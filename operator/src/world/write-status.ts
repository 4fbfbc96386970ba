import {
  type HasMetadata,
  type KubeClient,
  type OwnedStatus,
  type ResourceType,
  statusApply,
} from "@open-vcluster/runtime";

/** Field manager of every status; another controller may add conditions of its own. */
const STATUS_MANAGER = "open-vcluster-operator-status";

/** A status that should be true. */
export interface StatusWrite {
  readonly type: ResourceType;
  /** The object as it was read. */
  readonly object: HasMetadata & { readonly status?: unknown };
  readonly status: object;
  /** The part of it that is ours. */
  readonly owned: OwnedStatus;
  /**
   * Whether it holds only for the object as it was read: a pass on a cache that lags behind its own last write would
   * tell the same story twice. Not after an effect: what was done is told whatever else was written meanwhile.
   */
  readonly onlyAsRead: boolean;
}

/**
 * Writes our part of a status, once, if it differs from what is there. Returns whether it wrote.
 * @throws Failure `conflict` when another version than the one that was read is there and only that one may be written
 */
export async function writeStatus(
  { type, object, status, owned, onlyAsRead }: StatusWrite,
  client: KubeClient,
  signal: AbortSignal,
): Promise<boolean> {
  const body = statusApply(type, object, status, owned);
  if (body === undefined) return false;
  const { resourceVersion } = object.metadata;
  const held = onlyAsRead && resourceVersion !== undefined ? { resourceVersion } : {};
  await client.apply(
    type,
    { ...body, metadata: { ...body.metadata, ...held } },
    { fieldManager: STATUS_MANAGER, subresource: "status", force: true, signal },
  );
  return true;
}
