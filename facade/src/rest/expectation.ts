import { type DescField, ScalarType } from "@bufbuild/protobuf";

const SCALARS: Readonly<Partial<Record<ScalarType, string>>> = {
  [ScalarType.STRING]: "must be a text",
  [ScalarType.BOOL]: "must be true or false",
  [ScalarType.BYTES]: "must be base64",
  [ScalarType.FLOAT]: "must be a number",
  [ScalarType.DOUBLE]: "must be a number",
  [ScalarType.INT32]: "must be a whole number of 32 bits",
  [ScalarType.SINT32]: "must be a whole number of 32 bits",
  [ScalarType.SFIXED32]: "must be a whole number of 32 bits",
  [ScalarType.UINT32]: "must be a whole number of 32 bits, not negative",
  [ScalarType.FIXED32]: "must be a whole number of 32 bits, not negative",
  [ScalarType.INT64]: "must be a whole number of 64 bits",
  [ScalarType.SINT64]: "must be a whole number of 64 bits",
  [ScalarType.SFIXED64]: "must be a whole number of 64 bits",
  [ScalarType.UINT64]: "must be a whole number of 64 bits, not negative",
  [ScalarType.FIXED64]: "must be a whole number of 64 bits, not negative",
};

const MESSAGES: Readonly<Record<string, string>> = {
  "google.protobuf.Timestamp": "must be a time such as 2026-01-31T12:00:00Z",
  "google.protobuf.Duration": "must be seconds such as 300s or 0.5s",
  "google.protobuf.FieldMask":
    "must be paths in lowerCamelCase with commas between, such as spec.replicas,labels",
};

/** What one value of a field must be, as the end of a sentence about the field. */
export function expectation(field: DescField): string {
  if (field.scalar !== undefined) return SCALARS[field.scalar] ?? "has the wrong type";
  if (field.enum !== undefined) {
    return `must be one of ${field.enum.values.map(({ name }) => name).join(", ")}`;
  }
  return MESSAGES[field.message.typeName] ?? "must be an object";
}
