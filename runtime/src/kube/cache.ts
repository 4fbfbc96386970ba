import { isDeepStrictEqual } from "node:util";
import { createKeyIndex } from "./key-index.ts";

/** One change of a cache. */
export interface InformerChange<P> {
  readonly type: "added" | "modified" | "deleted";
  /** `namespace/name`, or `name` for cluster-scoped kinds. */
  readonly key: string;
  /** The object now; for `deleted` the last known one. */
  readonly object: P;
  /** What was cached before; on `modified` only. */
  readonly previous?: P;
}

/** Secondary indexes: name to the values under which an object is found. */
export type Indexes<P> = Readonly<Record<string, (object: P) => readonly string[]>>;

/** Frozen objects by key, with secondary indexes; every change is applied as a whole. */
export interface Cache<P> {
  get(key: string): P | undefined;
  entries(): ReadonlyMap<string, P>;
  byIndex(index: string, value: string): readonly P[];
  /** Sets one object; `undefined` if nothing changed. */
  put(key: string, object: P): InformerChange<P> | undefined;
  remove(key: string): InformerChange<P> | undefined;
  /** Makes the cache equal to `objects`; `retained` keys stay as they are. */
  replace(
    objects: ReadonlyMap<string, P>,
    retained: ReadonlySet<string>,
  ): readonly InformerChange<P>[];
}

/** Creates an empty cache. */
export function createCache<P>(indexes: Indexes<P>): Cache<P> {
  const objects = new Map<string, P>();
  const keysBy = new Map(Object.keys(indexes).map((name) => [name, createKeyIndex()] as const));

  const index = (key: string, object: P): void => {
    for (const [name, keys] of keysBy) {
      for (const value of indexes[name]?.(object) ?? []) keys.add(value, key);
    }
  };
  const unindex = (key: string, object: P): void => {
    for (const [name, keys] of keysBy) {
      for (const value of indexes[name]?.(object) ?? []) keys.remove(value, key);
    }
  };
  const put = (key: string, object: P): InformerChange<P> | undefined => {
    const previous = objects.get(key);
    if (previous === undefined) {
      objects.set(key, deepFreeze(object));
      index(key, object);
      return { type: "added", key, object };
    }
    if (isDeepStrictEqual(previous, object)) return undefined;
    unindex(key, previous);
    objects.set(key, deepFreeze(object));
    index(key, object);
    return { type: "modified", key, object, previous };
  };
  const remove = (key: string): InformerChange<P> | undefined => {
    const object = objects.get(key);
    if (object === undefined) return undefined;
    unindex(key, object);
    objects.delete(key);
    return { type: "deleted", key, object };
  };
  return {
    get: (key) => objects.get(key),
    entries: () => objects,
    byIndex: (name, value) => {
      const keys = keysBy.get(name)?.keys(value) ?? [];
      return [...keys].flatMap((key) => objects.get(key) ?? []);
    },
    put,
    remove,
    replace: (wanted, retained) => {
      const gone = [...objects.keys()].filter((key) => !wanted.has(key) && !retained.has(key));
      const changes = [
        ...gone.map(remove),
        ...[...wanted].map(([key, object]) => put(key, object)),
      ];
      return changes.filter((change) => change !== undefined);
    },
  };
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
  return value;
}
