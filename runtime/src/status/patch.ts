import { isDeepStrictEqual } from "node:util";
import type { HasMetadata, KubeObject, ResourceType } from "../kube/object.ts";
import { apiVersionOf } from "../kube/object.ts";

/** The parts of a status that one controller owns. */
export interface OwnedStatus {
  /** Top-level fields besides `conditions`. */
  readonly fields: readonly string[];
  readonly conditionTypes: readonly string[];
}

/** A status as it is compared: any fields, and conditions by type. */
export type StatusFields = Readonly<Record<string, unknown>>;

/**
 * The body of a server-side apply on the status subresource that makes our part of the status true, or
 * `undefined` if it is true already. It holds all owned fields: apply removes what it no longer names.
 * The uid makes an apply on a recreated object fail: a uid cannot change (`invalid`). Pure.
 */
export function statusApply(
  type: ResourceType,
  object: HasMetadata & { readonly status?: unknown },
  after: object,
  owned: OwnedStatus,
): KubeObject | undefined {
  const wanted = ownedPart(after, owned);
  if (isDeepStrictEqual(ownedPart(object.status ?? {}, owned), wanted)) return undefined;
  const { name, namespace, uid } = object.metadata;
  return {
    apiVersion: apiVersionOf(type),
    kind: type.kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
    },
    status: wanted,
  };
}

function ownedPart(status: object, owned: OwnedStatus): StatusFields {
  const entries = Object.entries(status).filter(
    ([field, value]) => value !== undefined && owned.fields.includes(field),
  );
  const part: Record<string, unknown> = Object.fromEntries(entries);
  const conditions = (status as { readonly conditions?: unknown }).conditions;
  if (!Array.isArray(conditions)) return part;
  const ours = conditions.filter(
    (condition: { readonly type?: unknown }) =>
      typeof condition.type === "string" && owned.conditionTypes.includes(condition.type),
  );
  return ours.length === 0 ? part : { ...part, conditions: ours };
}
