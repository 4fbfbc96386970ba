import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { formatPath, type ValuePath } from "./path.ts";
import type { Refusal } from "./refusal.ts";

/** Helm keeps values three times in a Secret of at most 1 MiB; the CRD's own bound is far above what charts need. */
const MAX_BYTES = 256 * 1024;
const MAX_DEPTH = 32;

const POLLUTING_KEYS: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);
const KEY = /^[A-Za-z0-9_.*/:@-]*$/;

/** What every refusal has but its path. */
type RefusalText = Omit<Refusal, "path">;

/** A scalar or `null` where an object belongs. */
export const NOT_AN_OBJECT: RefusalText = {
  class: "malformed",
  reason: "An object belongs here; another value would delete the chart's defaults below.",
  advice: "Remove it, or write the single values below it.",
};

/**
 * Checks size, depth and keys of values before anything walks them by rules.
 *
 * @param values - raw values
 * @returns the first refusal
 */
export function malformedWhole(values: JsonObject): Refusal | undefined {
  const deepest = tooDeepOrPolluting(values, []);
  if (deepest !== undefined) return deepest;
  if (Buffer.byteLength(JSON.stringify(values)) <= MAX_BYTES) return undefined;
  return {
    path: "values",
    class: "malformed",
    reason: "The values are larger than 256 KiB.",
    advice: "Move data into ConfigMaps of the virtual cluster.",
  };
}

function tooDeepOrPolluting(value: JsonValue, path: ValuePath): Refusal | undefined {
  if (path.length > MAX_DEPTH) {
    return {
      path: `${formatPath(path.slice(0, 4))}…`,
      class: "malformed",
      reason: "The values are nested deeper than 32 levels.",
      advice: "Flatten them.",
    };
  }
  for (const [key, child] of entriesOf(value)) {
    const here = [...path, key];
    if (POLLUTING_KEYS.has(key)) return refuseKey(here);
    const found = tooDeepOrPolluting(child, here);
    if (found !== undefined) return found;
  }
  return undefined;
}

function entriesOf(value: JsonValue): readonly (readonly [string, JsonValue])[] {
  if (Array.isArray(value)) return value.map((item, i) => [String(i), item as JsonValue] as const);
  return isJsonObject(value) ? Object.entries(value) : [];
}

/**
 * Refuses keys that templates would print as more than one key: several templates write keys without quotes.
 *
 * @param path - where the value is
 * @returns the refusal
 */
export function malformedKey(path: ValuePath): Refusal | undefined {
  return path.every((key) => KEY.test(key)) ? undefined : refuseKey(path);
}

function refuseKey(path: ValuePath): Refusal {
  return {
    path: formatPath(path),
    class: "malformed",
    reason: "This key has characters or a name that no chart value has.",
    advice: "Use letters, digits and . _ / : @ * - in keys.",
  };
}

/**
 * Refuses text that a template would print as more than one value, or run: several templates print text without
 * quotes, and some run it again with `tpl`, where an expression could read any object of the host.
 *
 * @param path - where the text is
 * @param value - the value
 * @returns the refusal
 */
export function malformedText(path: ValuePath, value: JsonValue): Refusal | undefined {
  if (typeof value !== "string") return undefined;
  const isTemplate = value.includes("{{");
  // biome-ignore lint: control characters are what is looked for
  if (!isTemplate && !/[\u0000-\u001f\u007f\u0085\u2028\u2029]/u.test(value)) return undefined;
  return {
    path: formatPath(path),
    class: "malformed",
    reason: isTemplate
      ? "Template expressions are not allowed in values."
      : "Line breaks and control characters are not allowed here.",
    advice: "Write plain text on one line.",
  };
}
