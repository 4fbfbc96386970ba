import { compile, type JSONSchema } from "json-schema-to-typescript";
import { definitionFile, type Kind, type SchemaNode, schemaNodes } from "../test/schema-nodes.ts";

const metadata: JSONSchema = {
  description: "The parts of ObjectMeta that the product reads.",
  type: "object",
  additionalProperties: false,
  required: ["name"],
  properties: {
    name: { type: "string" },
    namespace: { type: "string" },
    uid: { type: "string" },
    resourceVersion: { type: "string" },
    generation: { type: "integer" },
    creationTimestamp: { type: "string" },
    deletionTimestamp: { type: "string" },
    finalizers: { type: "array", items: { type: "string" } },
    labels: { type: "object", additionalProperties: { type: "string" } },
    annotations: { type: "object", additionalProperties: { type: "string" } },
  },
};

/**
 * The TypeScript types of a kind: one interface for each object of the schema, readonly all the way down.
 */
export async function kindTypes(kind: Kind): Promise<string> {
  const whole = schemaNodes(kind)[0];
  if (whole === undefined) throw new Error("the definition has no schema");
  const root = objectSchema(whole.node, kind);
  const text = await compile(
    {
      ...root,
      ...descriptionOf(whole.node),
      properties: { ...root.properties, metadata: { ...metadata, title: `${kind}Metadata` } },
      required: ["apiVersion", "kind", "metadata", "spec"],
    },
    kind,
    {
      bannerComment: `// Generated from ${definitionFile(kind)} by "npm run generate". Do not edit.\n`,
      format: true,
      ignoreMinAndMaxItems: true,
      style: { printWidth: 100 },
    },
  );
  return readonlyEverywhere(text);
}

function toJsonSchema(schema: SchemaNode, title: string): JSONSchema {
  const description = descriptionOf(schema);
  if (schema["x-kubernetes-int-or-string"] === true) {
    return { ...description, anyOf: [{ type: "string" }, { type: "integer" }] };
  }
  if (schema.enum !== undefined) return { ...description, title, enum: [...schema.enum] };
  if (schema.type === "array" && schema.items !== undefined) {
    return { ...description, type: "array", items: toJsonSchema(schema.items, singular(title)) };
  }
  if (schema.type === "object") return { ...description, ...objectSchema(schema, title) };
  return { ...description, type: schema.type as "string" | "integer" | "boolean" };
}

function descriptionOf({ description }: SchemaNode): { readonly description?: string } {
  return description === undefined ? {} : { description };
}

function objectSchema(schema: SchemaNode, title: string): JSONSchema {
  if (schema["x-kubernetes-preserve-unknown-fields"] === true) {
    return { type: "object", additionalProperties: true };
  }
  if (schema.additionalProperties !== undefined) {
    return {
      type: "object",
      additionalProperties: toJsonSchema(schema.additionalProperties, `${title}Value`),
    };
  }
  const properties = Object.entries(schema.properties ?? {}).map(
    ([name, child]) => [name, toJsonSchema(child, typeName(title, name))] as const,
  );
  return {
    title,
    type: "object",
    additionalProperties: false,
    required: [...(schema.required ?? [])],
    properties: Object.fromEntries(properties),
  };
}

/** The parts of the root keep its name; theirs read `InstancePowerState` and `InstanceStatusPhase`. */
function typeName(parent: string, property: string): string {
  const word = property.charAt(0).toUpperCase() + property.slice(1).replace(/-(.)/g, upper);
  const prefix = parent
    .replace(/^VCluster(\w+)Spec$/, "$1")
    .replace(/^VCluster(\w+)Status$/, "$1Status");
  return `${prefix}${word}`;
}

function upper(_match: string, letter: string): string {
  return letter.toUpperCase();
}

function singular(title: string): string {
  return title.replace(/s$/, "");
}

// The library has no option for readonly; its printed form is regular enough to add it by line.
function readonlyEverywhere(text: string): string {
  return text
    .replace(/^( +)(\[k: string\]|[\w-]+\??|"[^"]+"\??): /gm, "$1readonly $2: ")
    .replace(/: ([A-Za-z]+)\[\];$/gm, ": readonly $1[];");
}
