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
}

/** Writes our part of a status, once, if it differs from what is there. Returns whether it wrote. */
export async function writeStatus(
  { type, object, status, owned }: StatusWrite,
  client: KubeClient,
  signal: AbortSignal,
): Promise<boolean> {
  const body = statusApply(type, object, status, owned);
  if (body === undefined) return false;
  await client.apply(type, body, {
    fieldManager: STATUS_MANAGER,
    subresource: "status",
    force: true,
    signal,
  });
  return true;
}
