/** A value of JSON, as Helm values are. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** An object of JSON. Its keys are data: never look one up on a shared prototype. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/**
 * Whether a value is a plain JSON object.
 *
 * @param value - anything
 * @returns true for objects that are neither null nor an array
 */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Reads a value below an object, own properties only.
 *
 * @param root - where to start
 * @param path - one key per level; array elements are not reached
 * @returns the value, or undefined when any level is missing or not an object
 */
export function readPath(
  root: JsonValue | undefined,
  path: readonly string[],
): JsonValue | undefined {
  let current: JsonValue | undefined = root;
  for (const key of path) {
    if (!isJsonObject(current) || !Object.hasOwn(current, key)) return undefined;
    current = current[key];
  }
  return current;
}
