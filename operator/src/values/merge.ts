import { isJsonObject, type JsonObject, type JsonValue } from "./json.ts";

/**
 * Merges values as Helm merges a values file over another one: objects key by key, everything else replaced.
 * A `null` stays in the result, because Helm reads it as "delete the chart's default".
 *
 * @param base - the values that lose
 * @param over - the values that win
 * @returns a new object; neither input is changed
 */
export function mergeValues(base: JsonObject, over: JsonObject): JsonObject {
  const merged = new Map<string, JsonValue>(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    const previous = merged.get(key);
    merged.set(
      key,
      isJsonObject(previous) && isJsonObject(value) ? mergeValues(previous, value) : value,
    );
  }
  return Object.fromEntries(merged);
}

/**
 * What the templates of a chart see: the chart's defaults under the given values, with every `null` removed
 * together with the default that it deletes (Helm 3, `chartutil.CoalesceValues`).
 *
 * @param defaults - the chart's values.yaml
 * @param values - the values given to Helm
 * @returns the effective values
 */
export function coalesceValues(defaults: JsonObject, values: JsonObject): JsonObject {
  const merged = mergeValues(defaults, values);
  return withoutNulls(merged);
}

function withoutNulls(object: JsonObject): JsonObject {
  const kept: [string, JsonValue][] = [];
  for (const [key, value] of Object.entries(object)) {
    if (value === null) continue;
    kept.push([key, isJsonObject(value) ? withoutNulls(value) : value]);
  }
  return Object.fromEntries(kept);
}
