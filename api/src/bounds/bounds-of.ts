import type { DescField } from "@bufbuild/protobuf";
import type { FieldBounds } from "./field-bounds.ts";
import { REQUEST_BOUNDS } from "./request-bounds.ts";
import { SPEC_BOUNDS } from "./spec-bounds.ts";

const ALL: ReadonlyMap<string, FieldBounds> = new Map(
  Object.entries({ ...SPEC_BOUNDS, ...REQUEST_BOUNDS }),
);

/** The bounds of a field; absent where its type is all that binds it. The server refuses what is outside of them. */
export function boundsOf({ parent, name }: DescField): FieldBounds | undefined {
  return ALL.get(`${parent.name}.${name}`);
}

/**
 * The bounds of a field that is named by message and field, such as `VClusterSpec.replicas`.
 *
 * @param kinds - those that it must have
 * @throws Error where there are none, or not of these kinds
 */
export function boundsAt<K extends keyof FieldBounds = never>(
  field: string,
  ...kinds: readonly K[]
): FieldBounds & Required<Pick<FieldBounds, K>> {
  const bounds = ALL.get(field);
  if (bounds === undefined || kinds.some((kind) => bounds[kind] === undefined)) {
    throw new Error(`${field} has no bounds ${kinds.join(", ")}`);
  }
  return bounds as FieldBounds & Required<Pick<FieldBounds, K>>;
}
