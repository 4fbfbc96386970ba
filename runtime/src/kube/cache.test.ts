import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { type Cache, createCache, type InformerChange } from "./cache.ts";

interface Thing {
  readonly tags: readonly string[];
}

const thing = fc.record({ tags: fc.uniqueArray(fc.constantFrom("x", "y", "z")) });
const step = fc.oneof(
  fc.record({
    kind: fc.constant("put" as const),
    key: fc.constantFrom("a", "b", "c"),
    object: thing,
  }),
  fc.record({ kind: fc.constant("remove" as const), key: fc.constantFrom("a", "b", "c") }),
  fc.record({
    kind: fc.constant("replace" as const),
    objects: fc.dictionary(fc.constantFrom("a", "b", "c"), thing),
  }),
);

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

function take(cache: Cache<Thing>, one: Step): readonly (InformerChange<Thing> | undefined)[] {
  switch (one.kind) {
    case "put":
      return [cache.put(one.key, one.object)];
    case "remove":
      return [cache.remove(one.key)];
    case "replace":
      return cache.replace(new Map(Object.entries(one.objects)), new Set());
  }
}

function takeInModel(model: Map<string, Thing>, one: Step): void {
  if (one.kind === "put") model.set(one.key, one.object);
  if (one.kind === "remove") model.delete(one.key);
  if (one.kind !== "replace") return;
  model.clear();
  for (const [key, object] of Object.entries(one.objects)) model.set(key, object);
}

describe("a cache", () => {
  it("equals a plain map, with indexes and changes that fit, after any steps", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const cache = createCache<Thing>({ tag: (object) => object.tags });
        const model = new Map<string, Thing>();
        const told = new Map<string, Thing>();
        for (const one of steps) {
          takeInModel(model, one);
          for (const change of take(cache, one)) {
            if (change?.type === "deleted") told.delete(change.key);
            else if (change !== undefined) told.set(change.key, change.object);
          }
        }
        expect(new Map(cache.entries())).toEqual(model);
        expect(told).toEqual(model);
        for (const tag of ["x", "y", "z"]) {
          const wanted = [...model.values()].filter((object) => object.tags.includes(tag));
          expect(cache.byIndex("tag", tag)).toHaveLength(wanted.length);
        }
      }),
    );
  });

  it("says nothing when nothing changed, and keeps the object it had", () => {
    const cache = createCache<Thing>({});
    cache.put("a", { tags: ["x"] });
    const before = cache.get("a");
    expect(cache.put("a", { tags: ["x"] })).toBeUndefined();
    expect(cache.replace(new Map([["a", { tags: ["x"] }]]), new Set())).toEqual([]);
    expect(cache.get("a")).toBe(before);
  });

  it("freezes what it holds, to the bottom", () => {
    const cache = createCache<{ deep: { list: string[] } }>({});
    cache.put("a", { deep: { list: ["x"] } });
    expect(() => cache.get("a")?.deep.list.push("y")).toThrow(TypeError);
  });

  it("leaves retained keys alone in a replacement", () => {
    const cache = createCache<Thing>({});
    cache.put("unreadable", { tags: [] });
    expect(cache.replace(new Map(), new Set(["unreadable"]))).toEqual([]);
    expect(cache.get("unreadable")).toEqual({ tags: [] });
  });
});
