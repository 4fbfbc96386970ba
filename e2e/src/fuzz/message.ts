import {
  create,
  type DescField,
  type DescMessage,
  type Message,
  ScalarType,
} from "@bufbuild/protobuf";
import { DurationSchema, FieldMaskSchema } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";

/** Texts that mean something here or there, so that some messages come far. */
const WORDS = ["", "demo", "other", "etcd", "1Gi", "100m", "1", "k8s", "Delete", "token", "a=b"];
const PATHS = ["spec", "labels", "spec.resources.cpu_limit", "*", "spec.", "name", "status.phase"];
/** Paths that have a form in JSON. */
const JSON_PATH = /^[a-z.]{0,24}$/;
const MAX_DEPTH = 4;
/** What the type itself allows. */
const MAX_DURATION_SECONDS = 315_576_000_000;
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

/** Any text that a message can carry. */
export const text: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...WORDS),
  fc.string({ unit: "grapheme", maxLength: 24 }),
  fc.string({ unit: "binary-ascii", maxLength: 24 }),
  fc.string({ minLength: 300, maxLength: 600 }),
);

/** Any valid message of a type. */
export function messageOf(desc: DescMessage, depth: number = MAX_DEPTH): fc.Arbitrary<Message> {
  if (desc.typeName === FieldMaskSchema.typeName) {
    const path = fc.oneof(fc.constantFrom(...PATHS), fc.stringMatching(JSON_PATH));
    return fc.array(path, { maxLength: 4 }).map((paths) => create(FieldMaskSchema, { paths }));
  }
  if (desc.typeName === DurationSchema.typeName) {
    return fc
      .integer({ min: -MAX_DURATION_SECONDS, max: MAX_DURATION_SECONDS })
      .map((seconds) => create(DurationSchema, { seconds: BigInt(seconds) }));
  }
  const fields = desc.fields.filter((field) => depth > 0 || field.message === undefined);
  const values = fields.map((field) => [field.localName, valueOf(field, depth)] as const);
  return fc
    .record(Object.fromEntries(values), { requiredKeys: [] })
    .map((init) => create(desc, init));
}

function valueOf(field: DescField, depth: number): fc.Arbitrary<unknown> {
  const one = oneOf(field, depth);
  if (field.fieldKind === "list") return fc.array(one, { maxLength: 3 });
  if (field.fieldKind === "map") return fc.dictionary(text, one, { maxKeys: 3 });
  return one;
}

function oneOf(field: DescField, depth: number): fc.Arbitrary<unknown> {
  if (field.message !== undefined) return messageOf(field.message, depth - 1);
  if (field.enum !== undefined) {
    const known = field.enum.values.map(({ number }) => number);
    return fc.oneof(fc.constantFrom(...known), int32);
  }
  return scalarOf(field.scalar);
}

function scalarOf(scalar: ScalarType | undefined): fc.Arbitrary<unknown> {
  switch (scalar) {
    case ScalarType.BOOL:
      return fc.boolean();
    case ScalarType.INT64:
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    case ScalarType.INT32:
      return fc.oneof(fc.integer({ min: -1, max: 3 }), int32);
    case ScalarType.STRING:
      return text;
    default:
      throw new Error(`No request has a field of type ${String(scalar)} yet`);
  }
}
