/** Keys by the values of one index. A value mostly has one key, so that a set of its own would be a waste. */
export interface KeyIndex {
  add(value: string, key: string): void;
  remove(value: string, key: string): void;
  /** In no order. */
  keys(value: string): Iterable<string>;
}

/** Creates an empty index. */
export function createKeyIndex(): KeyIndex {
  const found = new Map<string, string | Set<string>>();
  return {
    add: (value, key) => {
      const known = found.get(value);
      if (known === undefined) found.set(value, key);
      else if (typeof known !== "string") known.add(key);
      else if (known !== key) found.set(value, new Set([known, key]));
    },
    remove: (value, key) => {
      const known = found.get(value);
      if (known === key) {
        found.delete(value);
      } else if (typeof known === "object") {
        known.delete(key);
        if (known.size === 0) found.delete(value);
      }
    },
    keys: (value) => {
      const known = found.get(value);
      return typeof known === "string" ? [known] : (known ?? []);
    },
  };
}
