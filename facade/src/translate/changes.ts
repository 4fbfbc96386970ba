import { create, toJson } from "@bufbuild/protobuf";
import { type FieldChange, FieldChangeSchema, VClusterSchema } from "@open-vcluster/api";
import type { VClusterInstance } from "@open-vcluster/crds";
import { leafFieldsOf } from "./leaf.ts";
import { toMessage } from "./message.ts";
import { readAt, stableJson } from "./tree.ts";

/** What a write can change; the rest is output. */
const WRITABLE = /^(?:name|namespace|labels|owner|project|spec\..*)$/;
const LEAVES = leafFieldsOf(VClusterSchema)
  .map(({ path }) => path)
  .filter((path) => WRITABLE.test(path));

/** What differs between two states of a virtual cluster, field by field; undefined is none at all. */
export function changesBetween(
  before: VClusterInstance | undefined,
  after: VClusterInstance | undefined,
): FieldChange[] {
  const earlier = jsonOf(before);
  const later = jsonOf(after);
  return LEAVES.flatMap((path) => {
    const keys = path.split(".");
    const change = { path, before: textAt(earlier, keys), after: textAt(later, keys) };
    return change.before === change.after ? [] : [create(FieldChangeSchema, change)];
  });
}

/** What a deletion takes away. */
export function deletionChanges(instance: VClusterInstance): FieldChange[] {
  return changesBetween(instance, undefined);
}

function jsonOf(instance: VClusterInstance | undefined): unknown {
  if (instance === undefined) return {};
  return toJson(VClusterSchema, toMessage(instance), { useProtoFieldName: true });
}

function textAt(json: unknown, keys: readonly string[]): string {
  const value = readAt(json, keys);
  return value === undefined ? "" : stableJson(value);
}
