import { create, type DescField, type DescMessage } from "@bufbuild/protobuf";
import { type VClusterSpec, VClusterSpecSchema } from "@open-vcluster/api";
import { isTree, readAt } from "./tree.ts";

/**
 * The fields of a specification that are set, by path in proto names from the specification, such as
 * `resources.cpu_request`. Lists and maps are leaves as a whole. What is unset has no entry.
 */
export type Leaves = ReadonlyMap<string, unknown>;

/** One field that is no message. */
export interface Leaf {
  /** Path in proto names. */
  readonly path: string;
  /** Path in the names of the generated code. */
  readonly names: readonly string[];
  readonly field: DescField;
}

/** Every leaf of a message, in the order of the contract. */
export function leafFieldsOf(message: DescMessage): readonly Leaf[] {
  return message.fields.flatMap((field): readonly Leaf[] => {
    const { name, localName } = field;
    if (field.fieldKind !== "message" || field.message.typeName.startsWith("google.")) {
      return [{ path: name, names: [localName], field }];
    }
    return leafFieldsOf(field.message).map((leaf) => ({
      path: `${name}.${leaf.path}`,
      names: [localName, ...leaf.names],
      field: leaf.field,
    }));
  });
}

/** Every leaf of the specification. */
export const SPEC_LEAVES: readonly Leaf[] = leafFieldsOf(VClusterSpecSchema);

const NAMES = new Map(SPEC_LEAVES.map(({ path, names }) => [path, names]));

/** The leaves of a specification that are set. */
export function leavesOf(spec: VClusterSpec | undefined): Leaves {
  return leavesFrom(SPEC_LEAVES.map(({ path, names }) => [path, readAt(spec, names)]));
}

/** Keeps the values that are set: neither absent, nor false, 0 or empty. */
export function leavesFrom(entries: readonly (readonly [path: string, value: unknown])[]): Leaves {
  return new Map(entries.filter(([, value]) => isSet(value)));
}

/** The specification with exactly these leaves. */
export function specOf(leaves: Leaves): VClusterSpec {
  const shape: Nested = {};
  for (const [path, value] of leaves) {
    const names = NAMES.get(path) ?? [];
    let around = shape;
    for (const name of names.slice(0, -1)) around = around[name] ??= {};
    Object.assign(around, { [names.at(-1) ?? ""]: value });
  }
  return create(VClusterSpecSchema, shape);
}

interface Nested {
  [name: string]: Nested;
}

function isSet(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isTree(value)) return Object.keys(value).length > 0;
  return value !== undefined && value !== "" && value !== 0 && value !== false;
}
