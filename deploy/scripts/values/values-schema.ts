import type { Group, Schema, Value } from "./value.ts";

/** The chart's values.schema.json: unknown keys are refused, every value is described. Pure. */
export function valuesSchema(root: Group): string {
  const { properties, ...rest } = groupSchema(root);
  // Helm adds `global` by itself where the chart is a dependency of another.
  const global = { type: "object", description: "Values that a parent chart shares" };
  const schema = {
    $schema: "http://json-schema.org/draft-07/schema#",
    $comment: 'Written by "npm run generate" from deploy/scripts/values. Do not edit.',
    ...rest,
    properties: { ...properties, global },
  };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

interface GroupSchema {
  readonly type: "object";
  readonly description: string;
  readonly additionalProperties: false;
  readonly properties: Readonly<Record<string, Schema>>;
}

function groupSchema({ description, children }: Group): GroupSchema {
  const entries = Object.entries(children).map(([key, value]) => [key, schemaOf(value)] as const);
  return {
    type: "object",
    description,
    additionalProperties: false,
    properties: Object.fromEntries(entries),
  };
}

function schemaOf(value: Value): Schema {
  if (value.kind === "group") return { ...groupSchema(value) };
  const { description, fallback, defaultText, schema } = value;
  const fallbackNote = defaultText === undefined ? "" : ` (default: ${defaultText})`;
  return {
    description: `${description}${fallbackNote}`,
    ...schema,
    ...(fallback === undefined ? {} : { default: fallback }),
  };
}
