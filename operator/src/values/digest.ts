import { createHash } from "node:crypto";
import { isJsonObject, type JsonObject, type JsonValue } from "./json.ts";

/** Hex digits of a values digest: short enough for a label value (63), long enough never to collide. */
const DIGEST_HEX_LENGTH = 40;

/**
 * JSON with sorted keys and no white space, so that equal values give equal text.
 *
 * @param value - the value to write
 * @returns its canonical text
 */
export function canonicalJson(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}

/**
 * Names a set of values: the label `openvcluster.io/values-digest` of the release that was made from it.
 *
 * @param values - rendered values
 * @returns the first 40 hex digits of the SHA-256 of the canonical JSON
 */
export function digestValues(values: JsonObject): string {
  return createHash("sha256")
    .update(canonicalJson(values))
    .digest("hex")
    .slice(0, DIGEST_HEX_LENGTH);
}
