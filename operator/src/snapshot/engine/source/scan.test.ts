import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { ALL_KEYS } from "./key-order.ts";
import { KvError } from "./kv-error.ts";
import type { KvEntry, KvStore, RangeRequest } from "./kv-store.ts";
import { scan } from "./scan.ts";

/** Answers ranges from a list in key order; larger answers than `mostBytes` are refused. */
function storeOf(entries: readonly KvEntry[], mostBytes = Infinity): Walked {
  const walked = { keys: 0, requests: 0 };
  const range = ({ from, to, limit }: RangeRequest): ReturnType<KvStore["range"]> => {
    const within = entries.filter(
      ({ key }) => Buffer.compare(key, from) >= 0 && Buffer.compare(key, to) < 0,
    );
    const taken = within.slice(0, limit);
    walked.keys += within.length;
    walked.requests += 1;
    const bytes = taken.reduce((sum, { value }) => sum + value.length, 0);
    if (bytes > mostBytes) return Promise.reject(new KvError("TooLarge", "too large"));
    const more = taken.length < within.length;
    return Promise.resolve({ entries: taken, more, count: within.length, revision: 9 });
  };
  return { store: { range } as Partial<KvStore> as KvStore, walked };
}

interface Walked {
  readonly store: KvStore;
  readonly walked: { readonly keys: number; readonly requests: number };
}

const entry = (key: string, bytes = 10): KvEntry => ({
  ...{ key: Buffer.from(key, "latin1"), value: new Uint8Array(bytes) },
  ...{ createRevision: 1, modRevision: 2, version: 1, lease: 0n },
});

async function keysOf(store: KvStore): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const page of scan(store, { ...ALL_KEYS, revision: 9 })) {
    keys.push(...page.map(({ key }) => Buffer.from(key).toString("latin1")));
  }
  return keys;
}

describe("scan", () => {
  it("gives every key once and in order, whatever keys there are", async () => {
    const part = fc.string({ unit: fc.constantFrom("a", "b", "/", "\u00ff", "\0"), maxLength: 6 });
    const keys = fc.uniqueArray(part, { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(keys, async (list) => {
        const sorted = list.map((key) => `/${key}`).sort((a, b) => (a < b ? -1 : 1));
        expect(await keysOf(storeOf(sorted.map((key) => entry(key, 1 << 20))).store)).toEqual(
          sorted,
        );
      }),
    );
  });

  it("asks for bounded parts, so that the store walks few keys for each that it gives", async () => {
    const count = 20_000;
    const name = (at: number): string => String(at).padStart(6, "0");
    const entries = Array.from({ length: count }, (_, at) =>
      entry(`/registry/pods/ns/p-${name(at)}`),
    );
    const { store, walked } = storeOf(
      entries.map((each) => ({ ...each, value: new Uint8Array(8 << 10) })),
    );
    expect(await keysOf(store)).toHaveLength(count);
    expect(walked.keys / count).toBeLessThan(8);
    expect(walked.requests).toBeLessThan(110);
  });

  it("asks for fewer keys where an answer is too large", async () => {
    const entries = Array.from({ length: 50 }, (_, at) => entry(`/${String(at)}`, 1 << 20));
    const sorted = entries.toSorted((a, b) => Buffer.compare(a.key, b.key));
    expect(await keysOf(storeOf(sorted, 4 << 20).store)).toHaveLength(50);
  });
});
