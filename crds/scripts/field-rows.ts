import type { PlacedNode, SchemaNode } from "../test/schema-nodes.ts";
import { cell, code } from "./markdown.ts";

/** Rows of a table of fields: path, type with bounds, meaning. */
export function fieldRows(nodes: readonly PlacedNode[], root: string): readonly string[][] {
  return nodes
    .filter(({ path }) => path.startsWith(`${root}.`) && !/(\[\]|\.\*)$/.test(path))
    .map(({ path, node }) => [
      code(path.slice(root.length + 1)),
      cell([typeName(node), ...bounds(node)].join(", ")),
      cell(node.description ?? ""),
    ]);
}

function typeName(node: SchemaNode): string {
  if (node["x-kubernetes-int-or-string"] === true) return "quantity";
  if (node.enum !== undefined) return node.enum.join(" or ");
  if (node.items !== undefined) return `list of ${typeName(node.items)}`;
  if (node.additionalProperties !== undefined) return "map of string";
  if (node["x-kubernetes-preserve-unknown-fields"] === true) return "free object";
  return node.type ?? "any";
}

function bounds(node: SchemaNode): readonly string[] {
  const { minimum, maximum, maxLength, maxItems, maxProperties, required, default: preset } = node;
  const limit = maxItems ?? maxProperties;
  return [
    ...(maximum === undefined ? lowest(minimum) : [`${minimum ?? ""} to ${maximum}`]),
    ...(maxLength === undefined ? [] : [`at most ${maxLength} characters`]),
    ...(limit === undefined ? [] : [`at most ${limit} entries`]),
    ...(required === undefined ? [] : [`requires ${required.join(", ")}`]),
    ...(preset === undefined ? [] : [`default ${JSON.stringify(preset)}`]),
  ];
}

function lowest(minimum: number | undefined): readonly string[] {
  return minimum === undefined ? [] : [`at least ${minimum}`];
}
