import { type DescField, type DescMessage, fromJson, type JsonValue } from "@bufbuild/protobuf";
import type { FieldViolation } from "@open-vcluster/runtime";
import { expectation } from "./expectation.ts";

const MAX_FAULTS = 32;
const MAX_KEY_LENGTH = 64;

/** Says which parts of a JSON value are no part of a message, by path in proto names; the first 32 of them. */
export function jsonFaults(message: DescMessage, json: JsonValue): readonly FieldViolation[] {
  const faults: FieldViolation[] = [];
  // Whoever sends a body full of faults must not keep the server busy with all of them.
  for (const fault of messageFaults(message, json, "")) {
    faults.push(fault);
    if (faults.length === MAX_FAULTS) break;
  }
  return faults;
}

type Faults = Generator<FieldViolation, void, undefined>;

function* messageFaults(message: DescMessage, json: JsonValue, path: string): Faults {
  if (!isObject(json)) {
    yield { field: path, description: "must be an object" };
    return;
  }
  const seen = new Set<DescField>();
  for (const [key, value] of Object.entries(json)) {
    const field = message.fields.find(({ name, jsonName }) => name === key || jsonName === key);
    const at = below(path, field?.name ?? key);
    if (field === undefined) yield { field: at, description: "is unknown" };
    else if (seen.has(field)) yield { field: at, description: "is given twice" };
    else yield* fieldFaults(field, value, at);
    if (field !== undefined) seen.add(field);
  }
}

function* fieldFaults(field: DescField, json: JsonValue, at: string): Faults {
  if (json === null) return;
  switch (field.fieldKind) {
    case "list":
      if (!Array.isArray(json)) yield { field: at, description: "must be a list" };
      else {
        for (const [index, value] of json.entries()) {
          yield* valueFaults(field, [value], `${at}[${index}]`);
        }
      }
      return;
    case "map":
      if (!isObject(json)) yield { field: at, description: "must be an object" };
      else {
        for (const [key, value] of Object.entries(json)) {
          yield* valueFaults(field, { [key]: value }, below(at, key));
        }
      }
      return;
    case "message":
    case "scalar":
    case "enum":
      yield* valueFaults(field, json, at);
  }
}

/** @param json - the value, within the list or the map of the field if it is one */
function* valueFaults(field: DescField, json: JsonValue, at: string): Faults {
  if (isAccepted(field, json)) return;
  let isInside = false;
  for (const fault of innerFaults(field, json, at)) {
    isInside = true;
    yield fault;
  }
  if (!isInside) yield { field: at, description: expectation(field) };
}

function* innerFaults({ message, fieldKind }: DescField, json: JsonValue, at: string): Faults {
  // Those of Google have a JSON form of their own.
  if (message === undefined || message.typeName.startsWith("google.protobuf.")) return;
  const isWrapped = fieldKind === "list" || fieldKind === "map";
  const value = isWrapped ? Object.values(json as Record<string, JsonValue>)[0] : json;
  if (value !== undefined) yield* messageFaults(message, value, at);
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
