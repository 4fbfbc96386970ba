import { type Kind, type PlacedNode, type SchemaNode, schemaNodes } from "./schema-nodes.ts";
import { specWith } from "./spec-with.ts";

/** An object that a bound, an enum or a list type refuses, and what the API server says. */
export interface RefusedBound {
  readonly at: string;
  readonly bound: string;
  readonly message: string;
  readonly spec: object;
}

type Bad = readonly [bound: string, message: string, value: unknown];

/** One refused object for each bound, enum, required field and unique list of the spec. */
export function refusedBounds(kind: Kind): readonly RefusedBound[] {
  return schemaNodes(kind)
    .filter(({ path }) => /^spec(\.|$)/.test(path) && !path.endsWith(".*"))
    .flatMap((placed) =>
      badValues(placed).map(([bound, message, value]) => ({
        at: placed.path,
        bound,
        message,
        spec: specWith(kind, placed.path, value),
      })),
    );
}

function badValues({ path, node }: PlacedNode): readonly Bad[] {
  return [...numbers(node), ...texts(node), ...lists(node), ...maps(node), ...missing(path, node)];
}

function numbers({ minimum, maximum }: SchemaNode): readonly Bad[] {
  return [
    ...(minimum === undefined
      ? []
      : [["minimum", `greater than or equal to ${minimum}`, minimum - 1] as const]),
    ...(maximum === undefined
      ? []
      : [["maximum", `less than or equal to ${maximum}`, maximum + 1] as const]),
  ];
}

function texts({ type, format, minLength, maxLength, enum: values }: SchemaNode): readonly Bad[] {
  return [
    ...(type === "string" && format !== undefined
      ? [["format", `must be of type ${format}`, "unheard-of"] as const]
      : []),
    ...(minLength === undefined
      ? []
      : [["minLength", "should be at least 1 chars long", ""] as const]),
    ...(maxLength === undefined
      ? []
      : [
          [
            "maxLength",
            `Too long: may not be more than ${maxLength} bytes`,
            "a".repeat(maxLength + 1),
          ] as const,
        ]),
    ...(values === undefined
      ? []
      : [
          [
            "enum",
            `Unsupported value: "unheard-of": supported values: ${values.map((value) => `"${value}"`).join(", ")}`,
            "unheard-of",
          ] as const,
        ]),
  ];
}

function lists(node: SchemaNode): readonly Bad[] {
  const { maxItems, items } = node;
  if (maxItems === undefined || items === undefined) return [];
  const item = sample(items);
  return [
    [
      "maxItems",
      `must have at most ${maxItems} item`,
      Array.from({ length: maxItems + 1 }, () => item),
    ],
    ...(node["x-kubernetes-list-type"] === "atomic"
      ? []
      : [
          [
            `list type ${node["x-kubernetes-list-type"] ?? ""}`,
            "Duplicate value",
            [item, item],
          ] as const,
        ]),
  ];
}

function maps({ maxProperties }: SchemaNode): readonly Bad[] {
  if (maxProperties === undefined) return [];
  const entries = Array.from({ length: maxProperties + 1 }, (_, i) => [`k${i}`, "v"] as const);
  return [
    ["maxProperties", `must have at most ${maxProperties} item`, Object.fromEntries(entries)],
  ];
}

function missing(path: string, { required }: SchemaNode): readonly Bad[] {
  return (required ?? []).map((name) => [
    `required ${name}`,
    `${path.replaceAll("[]", "[0]")}.${name}: Required value`,
    {},
  ]);
}

function sample(items: SchemaNode): unknown {
  if (items.type === "string") return "10.96.0.10";
  return Object.fromEntries((items.required ?? ["name"]).map((name) => [name, "same"]));
}
