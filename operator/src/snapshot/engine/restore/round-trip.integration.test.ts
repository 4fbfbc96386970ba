import { rmSync } from "node:fs";
import { afterEach, describe, expect, it } from "@jest/globals";
import { kekOf } from "../crypto/kek.ts";
import { openSnapshot } from "../read/snapshot.ts";
import { createRepository, type Repository } from "../repository/repository.ts";
import type { KvDialect, KvStore } from "../source/kv-store.ts";
import { createDirectoryStore } from "../store/directory/directory-store.ts";
import { fill } from "../testing/kv-fill.ts";
import { newDirectory, startKv } from "../testing/kv-process.ts";
import { builtIn } from "../testing/stored-values.ts";
import { writeSnapshot } from "../write/write-snapshot.ts";
import { restoreInPlace } from "./in-place.ts";
import { prove } from "./proof.ts";
import { replaceAll } from "./replace.ts";
import { createRules } from "./rules.ts";
import { sidesOf } from "./snapshot-sides.ts";

const UID = "0e1f6a7c";
const rules = createRules({ identity: "same" });

describe("a snapshot in a repository", () => {
  const undo: (() => unknown)[] = [];
  const start = async (dialect: KvDialect): Promise<KvStore> => {
    const kv = await startKv(process.env, dialect);
    undo.unshift(() => kv.remove());
    return kv.store;
  };
  const repository = async (): Promise<Repository> => {
    const directory = newDirectory();
    undo.unshift(() => {
      rmSync(directory, { recursive: true });
    });
    const kek = kekOf(Buffer.alloc(32, 7));
    return createRepository(createDirectoryStore(directory), new Date(), { kek });
  };
  const take = async (store: KvStore, into: Repository) => {
    const subject = { uid: UID, name: "demo", namespace: "team", facts: {} };
    const context = { repository: into, store, now: () => new Date() };
    const { manifest } = await writeSnapshot(context, { subject, trigger: "test" });
    return openSnapshot(into, { uid: UID, snapId: manifest.header.snapId });
  };
  const content = (text: string, count: number): Record<string, Uint8Array> =>
    Object.fromEntries(
      Array.from({ length: count }, (_, at) => [
        `/registry/configmaps/team-${at % 7}/${text}-${at}`,
        builtIn({ kind: "ConfigMap", name: `${text}-${at}`, fields: { 2: `${text} ${at}` } }),
      ]),
    );

  afterEach(async () => {
    for (const step of undo.splice(0)) await step();
  });

  it.each<[KvDialect, KvDialect]>([
    ["etcd", "kine"],
    ["kine", "etcd"],
  ])("moves from %s to %s and is the same there", async (from, to) => {
    const [source, target, place] = [await start(from), await start(to), await repository()];
    await fill(source, content("a", 300));
    await take(source, place);
    await fill(source, content("b", 40));
    const snapshot = await take(source, place);
    expect(snapshot.manifest.header.kind).toBe("incremental");

    const sides = await sidesOf({ repository: place, snapshot, live: target, rules });
    expect(sides.isSameLineage).toBe(false);
    const proof = await replaceAll(sides);

    // kine writes a key of its own, which is in its snapshots.
    expect(proof.keys).toBe(340);
    const { content: moved } = (await take(target, await repository())).manifest.body;
    const { content: was } = snapshot.manifest.body;
    const configMaps = ({ inventory }: typeof was): unknown =>
      inventory.find(({ prefix }) => prefix === "/registry/configmaps/");
    expect(configMaps(moved)).toEqual(configMaps(was));
    expect(proof.rootHash).toBe(from === "etcd" ? was.rootHash : moved.rootHash);
  });

  it("takes a store back through its own history, reading no more values than it must", async () => {
    const [live, place] = [await start("etcd"), await repository()];
    await fill(live, content("a", 300));
    const snapshot = await take(live, place);
    await fill(live, content("b", 40));
    let fetched = 0;
    const counting: KvStore = {
      ...live,
      fetch: (keys, ...rest) => {
        fetched += keys.length;
        return live.fetch(keys, ...rest);
      },
    };

    const sides = await sidesOf({ repository: place, snapshot, live: counting, rules });
    expect(sides.isSameLineage).toBe(true);
    fetched = 0;
    expect((await restoreInPlace(sides)).changes).toBe(40);

    expect(fetched).toBe(0);
    expect(await prove(sides)).toEqual({
      keys: 300,
      rootHash: snapshot.manifest.body.content.rootHash,
    });
  });
});
