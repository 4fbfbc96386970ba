import { type DescEnum, type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { isWrapperDesc } from "@bufbuild/protobuf/wkt";
import { boundsOf } from "../src/bounds/bounds-of.ts";
import type { FieldBounds } from "../src/bounds/field-bounds.ts";
import type { Comments } from "./proto-comments.ts";

/** A JSON Schema (2020-12), as far as this document uses it. */
export type Schema = Readonly<Record<string, unknown>>;

const INT32: Schema = { type: "integer", format: "int32" };
const UINT32: Schema = { type: "integer", minimum: 0, maximum: 4_294_967_295 };
const INT64: Schema = { type: "string", format: "int64", pattern: "^-?[0-9]{1,19}$" };
const UINT64: Schema = { type: "string", format: "uint64", pattern: "^[0-9]{1,20}$" };

const SCALARS: Readonly<Record<ScalarType, Schema>> = {
  [ScalarType.STRING]: { type: "string" },
  [ScalarType.BOOL]: { type: "boolean" },
  [ScalarType.BYTES]: { type: "string", format: "byte", contentEncoding: "base64" },
  [ScalarType.FLOAT]: { type: "number", format: "float" },
  [ScalarType.DOUBLE]: { type: "number", format: "double" },
  [ScalarType.INT32]: INT32,
  [ScalarType.SINT32]: INT32,
  [ScalarType.SFIXED32]: INT32,
  [ScalarType.UINT32]: UINT32,
  [ScalarType.FIXED32]: UINT32,
  [ScalarType.INT64]: INT64,
  [ScalarType.SINT64]: INT64,
  [ScalarType.SFIXED64]: INT64,
  [ScalarType.UINT64]: UINT64,
  [ScalarType.FIXED64]: UINT64,
};

/** Messages whose JSON is not an object of their fields. */
const WELL_KNOWN: Readonly<Record<string, Schema>> = {
  "google.protobuf.Timestamp": { type: "string", format: "date-time" },
  // The format "duration" of JSON Schema means another notation.
  "google.protobuf.Duration": {
    type: "string",
    pattern: "^-?[0-9]{1,12}(\\.[0-9]{1,9})?s$",
    examples: ["300s"],
  },
  "google.protobuf.FieldMask": { type: "string", examples: ["spec.replicas,labels"] },
  "google.protobuf.Struct": { type: "object" },
  "google.protobuf.Any": {
    type: "object",
    properties: {
      "@type": { type: "string", description: "URL of the type of the other fields." },
    },
    required: ["@type"],
  },
};

/** Name of the schema of a message or an enum within the document. */
export function schemaName({ name }: DescMessage | DescEnum): string {
  return name;
}

/** The schema of one value of a field, by reference where it is an object of its own. */
export function fieldSchema(field: DescField): Schema {
  switch (field.fieldKind) {
    case "list":
      return { type: "array", items: entrySchema(field), ...most("maxItems", field) };
    case "map":
      return {
        type: "object",
        additionalProperties: valueSchema(field),
        ...most("maxProperties", field),
      };
    case "scalar":
      return { ...valueSchema(field), ...unsetOr(boundsOf(field)) };
    case "enum":
    case "message":
      return valueSchema(field);
  }
}

/** A field of a path, which cannot be empty there. */
export function pathSchema(field: DescField): Schema {
  return { type: "string", minLength: 1, ...bounded(boundsOf(field)) };
}

function entrySchema(field: DescField): Schema {
  return { ...valueSchema(field), ...bounded(boundsOf(field)) };
}

function most(keyword: "maxItems" | "maxProperties", field: DescField): Schema {
  const { maxEntries } = boundsOf(field) ?? {};
  return maxEntries === undefined ? {} : { [keyword]: maxEntries };
}

/** What is not set is within all bounds. */
function unsetOr(bounds: FieldBounds = {}): Schema {
  const { pattern, oneOf } = bounds;
  const unset = typeof oneOf?.[0] === "number" ? 0 : "";
  return {
    ...bounded(bounds),
    ...(pattern !== undefined && { pattern: `^$|${pattern}` }),
    ...(oneOf !== undefined && { enum: [unset, ...oneOf] }),
  };
}

function bounded({ maxLength, pattern, oneOf, minimum, maximum }: FieldBounds = {}): Schema {
  return {
    ...(maxLength !== undefined && { maxLength }),
    ...(pattern !== undefined && { pattern }),
    ...(oneOf !== undefined && { enum: oneOf }),
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
  };
}

/** The message whose own schema a field refers to; absent for all that have none. */
export function referred(field: DescField): DescMessage | undefined {
  const { message } = field;
  if (message === undefined) return undefined;
  return WELL_KNOWN[message.typeName] === undefined && !isWrapperDesc(message)
    ? message
    : undefined;
}

/** The schema of an enum: its names, with what each means. */
export function enumSchema(desc: DescEnum, comments: Comments): Schema {
  const values = desc.values.map(
    ({ name }) => `- \`${name}\`: ${comments.get(`${desc.typeName}.${name}`) ?? ""}`,
  );
  return {
    type: "string",
    description: [comments.get(desc.typeName) ?? "", ...values].join("\n"),
    enum: desc.values.map(({ name }) => name),
  };
}

function valueSchema(field: DescField): Schema {
  if (field.scalar !== undefined) return SCALARS[field.scalar];
  if (field.enum !== undefined) return reference(field.enum);
  const { message } = field;
  if (isWrapperDesc(message)) return valueSchema(message.fields[0]);
  return WELL_KNOWN[message.typeName] ?? reference(message);
}

function reference(desc: DescMessage | DescEnum): Schema {
  return { $ref: `#/components/schemas/${schemaName(desc)}` };
}
