/** A JSON object whose keys are data. */
export type Tree = Readonly<Record<string, unknown>>;

/** Whether a value is a plain object: neither null nor a list. */
export function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at a path, own properties only; undefined if a level is missing or no object. */
export function readAt(root: unknown, path: readonly string[]): unknown {
  let current = root;
  for (const key of path) {
    if (!isTree(current) || !Object.hasOwn(current, key)) return undefined;
    current = current[key];
  }
  return current;
}

/**
 * A copy with another value at a path. With undefined the value is removed, and so are the objects
 * around it that become empty thereby. Everything else is shared with the original.
 */
export function writtenAt(root: Tree, path: readonly string[], value: unknown): Tree {
  const [key, ...rest] = path;
  if (key === undefined) return root;
  if (value === undefined && readAt(root, path) === undefined) return root;
  const { [key]: before, ...others } = root;
  if (rest.length === 0) return value === undefined ? others : { ...root, [key]: value };
  const after = writtenAt(isTree(before) ? before : {}, rest, value);
  return Object.keys(after).length === 0 ? others : { ...root, [key]: after };
}

/** JSON text with sorted keys: the same value is always the same text. Undefined is no text. */
export function stableJson(value: unknown): string {
  if (value === undefined) return "";
  return JSON.stringify(value, (_, item: unknown) => (isTree(item) ? sorted(item) : item));
}

function sorted(tree: Tree): Tree {
  return Object.fromEntries(Object.entries(tree).sort(([a], [b]) => (a < b ? -1 : 1)));
}
