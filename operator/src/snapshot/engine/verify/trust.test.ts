import { randomBytes } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { collect } from "../collect/collect.ts";
import { deleteSnapshot } from "../collect/delete-snapshot.ts";
import { type Kek, kekOf } from "../crypto/kek.ts";
import { SnapshotError } from "../format/snapshot-error.ts";
import { openSnapshot } from "../read/snapshot.ts";
import type { SnapshotPlace } from "../repository/manifests.ts";
import { chunkKey } from "../repository/paths.ts";
import { createRepository, type Repository } from "../repository/repository.ts";
import type { KvStore } from "../source/kv-store.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { createMemoryStore } from "../store/testing/memory-store.ts";
import { captureIncluded, changeKey, contentOf, flipBit, keysOf } from "../testing/history.ts";
import { createMemoryKv } from "../testing/memory-kv.ts";
import { writeFull } from "../write/full.ts";
import { writeIncremental } from "../write/incremental.ts";
import { chunkUsesOf } from "./chunk-use.ts";
import { verifySnapshot } from "./verify.ts";

const HOUR_MS = 3_600_000;
const HISTORIES = 100;

type Step =
  | { readonly do: "put"; readonly key: number; readonly value: string }
  | { readonly do: "remove"; readonly key: number }
  | { readonly do: "full" | "incremental" | "collect" }
  | { readonly do: "delete"; readonly which: number }
  | { readonly do: "damage"; readonly which: number; readonly at: number; readonly bit: number };

const where = fc.nat({ max: 1_000_000 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: putStep() },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("remove"), key: fc.nat({ max: 20 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constantFrom("full", "incremental", "incremental", "collect") }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("delete"), which: where }) },
  { weight: 1, arbitrary: damageStep() },
);

function putStep(): fc.Arbitrary<Step> {
  return fc.record({
    do: fc.constant("put"),
    key: fc.nat({ max: 20 }),
    value: fc.string({ maxLength: 30 }),
  });
}

function damageStep(): fc.Arbitrary<Step> {
  return fc.record({
    do: fc.constant("damage"),
    which: where,
    at: where,
    bit: fc.nat({ max: 7 }),
  });
}

/** What a snapshot must give back. */
interface Taken {
  readonly place: SnapshotPlace;
  readonly content: readonly string[];
}

/** A repository, its store, and all that is known of both. */
interface World {
  readonly repository: Repository;
  readonly kek: Kek | undefined;
  readonly kv: KvStore;
  readonly taken: Taken[];
  /** Objects that were damaged, as they were left. */
  readonly damaged: Map<string, Uint8Array>;
}

const REQUEST = {
  subject: { uid: "uid-1", name: "dev", namespace: "team", facts: {} },
  trigger: "manual",
  metadata: { instance: Buffer.from("kind: VClusterInstance") },
};

async function newWorld(isEncrypted: boolean): Promise<World> {
  const kek = isEncrypted ? kekOf(randomBytes(32)) : undefined;
  const access = kek === undefined ? {} : { kek };
  const created = await createRepository(createMemoryStore(), new Date(), access);
  // Chunks of a few keys, so that short histories have many.
  const cutting = { minBytes: 60, maxBytes: 400, oneKeyIn: 3 };
  const repository = { ...created, cutting };
  return { repository, kek, kv: createMemoryKv(), taken: [], damaged: new Map() };
}

async function take(world: World, incremental: boolean): Promise<void> {
  const { repository, kv, taken } = world;
  const context = { repository, store: kv, now: () => new Date() };
  const newest = taken.at(-1);
  const content = await captureIncluded(kv);
  try {
    const { header } =
      incremental && newest !== undefined
        ? await writeIncremental(context, REQUEST, await openSnapshot(repository, newest.place))
        : await writeFull(context, REQUEST);
    taken.push({ place: { uid: header.subject.uid, snapId: header.snapId }, content });
  } catch (error) {
    // What it would lie upon is damaged, and it says so; there is no new snapshot then.
    if (world.damaged.size === 0 || !(error instanceof SnapshotError)) throw error;
  }
}

async function run(world: World, step: Step): Promise<void> {
  const { repository, kv, taken, damaged } = world;
  switch (step.do) {
    case "put":
      await changeKey(kv, `/registry/${step.key}`, step.value);
      return;
    case "remove":
      await changeKey(kv, `/registry/${step.key}`, undefined);
      return;
    case "full":
    case "incremental":
      await take(world, step.do === "incremental");
      return;
    case "delete": {
      const victim = taken[step.which % taken.length];
      if (victim === undefined) return;
      const isGone = await mayFail(world, ["InUse"], () =>
        deleteSnapshot(repository, victim.place, { now: () => new Date() }),
      );
      if (isGone) taken.splice(taken.indexOf(victim), 1);
      return;
    }
    case "collect": {
      const now = (): Date => new Date(Date.now() + HOUR_MS);
      await mayFail(world, [], () => collect(repository, { now, graceMs: 0, mostShare: 1 }));
      return;
    }
    case "damage": {
      const keys = await keysOf(repository.store);
      const key = keys[step.which % keys.length];
      if (key === undefined || damaged.has(key)) return;
      await flipBit(repository.store, key, step.at, step.bit);
      damaged.set(key, await repository.store.get(key));
    }
  }
}

/** Whether it was done. It may refuse for these reasons, and for damage if there is any. */
async function mayFail(
  { damaged }: World,
  reasons: readonly string[],
  act: () => Promise<unknown>,
): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    if (!(error instanceof SnapshotError)) throw error;
    if (!reasons.includes(error.code)) expect([...damaged.keys()]).toContain(error.objectKey);
    return false;
  }
}

/** Every snapshot restores exactly, or the damaged objects that it needs are found, all of them and no others. */
async function judge({ repository, kek, taken, damaged }: World): Promise<void> {
  const { store } = repository;
  const access = kek === undefined ? {} : { kek };
  const broken = await stillDamaged(store, damaged);
  for (const { place, content } of taken) {
    const { findings } = await verifySnapshot(store, place, { ...access, level: 3 });
    const found = findings.map(({ objectKey }) => objectKey);
    for (const key of found) expect(broken).toContain(key);
    const snapshot = await openSnapshot(repository, place).catch(() => undefined);
    if (snapshot === undefined) {
      expect(found).not.toEqual([]);
      continue;
    }
    const needed = new Set(chunkUsesOf(snapshot).map(({ ref }) => chunkKey(ref.id)));
    const isOpened =
      !broken.includes("repo.json") && !broken.some((key) => key.startsWith("keys/"));
    if (isOpened)
      expect(found).toEqual(expect.arrayContaining(broken.filter((key) => needed.has(key))));
    if (found.length === 0) expect(await contentOf(repository, snapshot)).toEqual(content);
  }
}

/** A writer that needed the object may have written it anew. */
async function stillDamaged(
  store: ObjectStore,
  damaged: World["damaged"],
): Promise<readonly string[]> {
  const broken: string[] = [];
  for (const [key, bytes] of damaged) {
    const now = await store.get(key).catch(() => undefined);
    if (now !== undefined && Buffer.compare(now, bytes) === 0) broken.push(key);
  }
  return broken;
}

describe("a repository", () => {
  it.each([["encrypted"], ["clear"]])(
    "restores exactly or says what is lost, whatever happened to it (%s)",
    async (mode) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
          const world = await newWorld(mode === "encrypted");
          for (const each of steps) await run(world, each);
          await judge(world);
        }),
        { numRuns: HISTORIES },
      );
    },
  );
});
