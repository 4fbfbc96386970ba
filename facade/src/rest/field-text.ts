import {
  create,
  type DescField,
  type DescMessage,
  type JsonValue,
  type Message,
  mergeFromJson,
  ScalarType,
  toJson,
} from "@bufbuild/protobuf";
import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";

/** Fields on the way to a value, outermost first. */
export type FieldWay = readonly [DescField, ...DescField[]];

/**
 * Sets a field of a message, or adds to a list, from the text that paths, queries and headers have: the JSON form
 * without quotes.
 *
 * @returns whether the text is one of the field's type; if not, nothing is set
 */
export function setFromText(message: Message, way: FieldWay, text: string): boolean {
  const json = way.reduceRight<JsonValue>(
    (inner, field) => ({ [field.name]: inner }),
    leafJson(last(way), text),
  );
  try {
    mergeFromJson(way[0].parent, message, json);
    return true;
  } catch {
    return false;
  }
}

/** Whether a field is set to something else than a text says; a list takes whatever is added. */
export function contradicts(message: Message, way: FieldWay, text: string): boolean {
  if (last(way).fieldKind === "list") return false;
  const root = way[0].parent;
  const present = textOn(root, message, way);
  if (present === undefined) return false;
  const wanted = create(root);
  return setFromText(wanted, way, text) && textOn(root, wanted, way) !== present;
}

/** Whether another member of the field's oneof is set. */
export function isExcluded(message: Message, way: FieldWay): boolean {
  const { oneof } = last(way);
  if (oneof === undefined) return false;
  const chosen = holderOf(way[0].parent, message, way)?.oneofCase(oneof);
  return chosen !== undefined && chosen !== last(way);
}

function leafJson(field: DescField, text: string): JsonValue {
  const json =
    isBoolean(field) && /^(true|false)$/.test(text) ? text === "true" : enumJson(field, text);
  return field.fieldKind === "list" ? [json] : json;
}

function isBoolean({ scalar, message }: DescField): boolean {
  return scalar === ScalarType.BOOL || message?.typeName === "google.protobuf.BoolValue";
}

function enumJson(field: DescField, text: string): JsonValue {
  return field.enum !== undefined && /^-?\d{1,10}$/.test(text) ? Number(text) : text;
}

/** JSON text of the value, or absent where it is not set; an empty text is not set. */
function textOn(root: DescMessage, message: Message, way: FieldWay): string | undefined {
  const field = last(way);
  const holder = holderOf(root, message, way);
  if (holder?.isSet(field) !== true) return undefined;
  const json = toJson(holder.desc, holder.message) as Record<string, JsonValue>;
  return JSON.stringify(json[field.jsonName]);
}

function holderOf(root: DescMessage, message: Message, way: FieldWay): ReflectMessage | undefined {
  let holder = reflect(root, message);
  for (const field of way.slice(0, -1)) {
    if (field.fieldKind !== "message" || !holder.isSet(field)) return undefined;
    holder = holder.get(field);
  }
  return holder;
}

function last(way: FieldWay): DescField {
  return way.at(-1) ?? way[0];
}
