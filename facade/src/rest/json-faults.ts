import { type DescField, type DescMessage, fromJson, type JsonValue } from "@bufbuild/protobuf";
import type { FieldViolation } from "@open-vcluster/runtime";
import { expectation } from "./expectation.ts";

const MAX_FAULTS = 32;
const MAX_KEY_LENGTH = 64;

/**
 * Says which parts of a JSON value are no part of a message, by path in proto names; at most 32.
 *
 * @param path - where the value is, empty for the whole
 */
export function jsonFaults(
  message: DescMessage,
  json: JsonValue,
  path = "",
): readonly FieldViolation[] {
  if (!isObject(json)) return [{ field: path, description: "must be an object" }];
  const seen = new Set<DescField>();
  const faults: FieldViolation[] = [];
  for (const [key, value] of Object.entries(json)) {
    if (faults.length >= MAX_FAULTS) break;
    const field = message.fields.find(({ name, jsonName }) => name === key || jsonName === key);
    const at = below(path, field?.name ?? key);
    if (field === undefined) faults.push({ field: at, description: "is unknown" });
    else if (seen.has(field)) faults.push({ field: at, description: "is given twice" });
    else faults.push(...fieldFaults(field, value, at));
    if (field !== undefined) seen.add(field);
  }
  return faults.slice(0, MAX_FAULTS);
}

function fieldFaults(field: DescField, json: JsonValue, at: string): readonly FieldViolation[] {
  if (json === null) return [];
  switch (field.fieldKind) {
    case "list":
      if (!Array.isArray(json)) return [{ field: at, description: "must be a list" }];
      return json.flatMap((value, index) => valueFaults(field, [value], `${at}[${index}]`));
    case "map":
      if (!isObject(json)) return [{ field: at, description: "must be an object" }];
      return Object.entries(json).flatMap(([key, value]) =>
        valueFaults(field, { [key]: value }, below(at, key)),
      );
    case "message":
    case "scalar":
    case "enum":
      return valueFaults(field, json, at);
  }
}

/** @param json - the value, within the list or the map of the field if it is one */
function valueFaults(field: DescField, json: JsonValue, at: string): readonly FieldViolation[] {
  if (isAccepted(field, json)) return [];
  const inner = field.message === undefined ? [] : innerFaults(field.message, json, field, at);
  return inner.length > 0 ? inner : [{ field: at, description: expectation(field) }];
}

function innerFaults(
  message: DescMessage,
  json: JsonValue,
  { fieldKind }: DescField,
  at: string,
): readonly FieldViolation[] {
  // Those have a JSON form of their own.
  if (message.typeName.startsWith("google.protobuf.")) return [];
  const isWrapped = fieldKind === "list" || fieldKind === "map";
  const value = isWrapped ? Object.values(json as Record<string, JsonValue>)[0] : json;
  return value === undefined ? [] : jsonFaults(message, value, at);
}

function isAccepted(field: DescField, json: JsonValue): boolean {
  try {
    fromJson(field.parent, { [field.jsonName]: json });
    return true;
  } catch {
    return false;
  }
}

function isObject(json: JsonValue): json is Record<string, JsonValue> {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

function below(path: string, key: string): string {
  const name = key.length > MAX_KEY_LENGTH ? `${key.slice(0, MAX_KEY_LENGTH)}…` : key;
  return path === "" ? name : `${path}.${name}`;
}
