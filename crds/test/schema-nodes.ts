import { readFileSync } from "node:fs";
import { parse } from "yaml";

/** A kind that has a definition here. */
export type Kind =
  | "VClusterInstance"
  | "VClusterOperation"
  | "VClusterSnapshotLocation"
  | "VClusterSnapshot"
  | "VClusterRestore";

/** One CEL rule of the schema. */
export interface SchemaRule {
  readonly rule: string;
  readonly message: string;
  readonly fieldPath?: string;
}

/** The parts of a structural schema that tests and the reference page look at. */
export interface SchemaNode {
  readonly description?: string;
  readonly type?: string;
  readonly format?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode;
  readonly items?: SchemaNode;
  readonly "x-kubernetes-int-or-string"?: boolean;
  readonly "x-kubernetes-list-type"?: "set" | "map" | "atomic";
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean;
  readonly "x-kubernetes-validations"?: readonly SchemaRule[];
}

/** A node and where it is: `spec.plugins[].name`; the root is the empty path. */
export interface PlacedNode {
  readonly path: string;
  readonly node: SchemaNode;
}

interface Definition {
  readonly spec: {
    readonly versions: readonly { readonly schema: { readonly openAPIV3Schema: SchemaNode } }[];
  };
}

/** The plural of a kind, as in URLs. */
export function pluralOf(kind: Kind): string {
  return `${kind.toLowerCase()}s`;
}

/** The file of a kind's definition, beside `src`. */
export function definitionFile(kind: Kind): string {
  return `${pluralOf(kind)}.yaml`;
}

/** The CustomResourceDefinition as text. */
export function definitionText(kind: Kind): string {
  return readFileSync(new URL(`../${definitionFile(kind)}`, import.meta.url), "utf8");
}

/** Every node of the schema, parents before children. */
export function schemaNodes(kind: Kind): readonly PlacedNode[] {
  const { spec } = parse(definitionText(kind)) as Definition;
  return spec.versions.flatMap(({ schema }) => [...walk(schema.openAPIV3Schema, "")]);
}

function* walk(node: SchemaNode, path: string): Generator<PlacedNode> {
  yield { path, node };
  for (const [name, child] of Object.entries(node.properties ?? {})) {
    yield* walk(child, path === "" ? name : `${path}.${name}`);
  }
  if (node.items !== undefined) yield* walk(node.items, `${path}[]`);
  if (node.additionalProperties !== undefined) {
    yield* walk(node.additionalProperties, `${path}.*`);
  }
}
