import { afterEach, describe, expect, it } from "@jest/globals";
import type { KvDialect } from "../source/kv-store.ts";
import { fill } from "../testing/kv-fill.ts";
import { type KvProcess, kineData, newDirectory, startKv } from "../testing/kv-process.ts";
import { seededDirectory } from "../testing/kv-seed.ts";
import { seedKine } from "./kine-seed.ts";

const REVISION = 1_052_000;
const KEY = Buffer.from("/registry/configmaps/team/a");

describe("seed", () => {
  const running: KvProcess[] = [];
  const start = async (dialect: KvDialect, directory?: string): Promise<KvProcess> => {
    const kv = await startKv(process.env, dialect, directory);
    running.push(kv);
    return kv;
  };

  afterEach(async () => {
    await Promise.all(running.splice(0).map((kv) => kv.remove()));
  });

  it.each<KvDialect>(["etcd", "kine"])(
    "lets an empty %s start at a revision, with all before it compacted",
    async (dialect) => {
      const directory = await seededDirectory(process.env, dialect, REVISION);
      const { store } = await start(dialect, directory);
      expect(await store.revision()).toBe(REVISION);
      await fill(store, { "/registry/configmaps/team/a": "first" });
      const [entry] = await store.fetch([KEY], 0);
      expect(entry).toMatchObject({ createRevision: REVISION + 1, modRevision: REVISION + 1 });
      await expect(store.fetch([KEY], 500)).rejects.toMatchObject({ code: "Compacted" });
    },
  );

  it("leaves a database of kine alone that holds something", async () => {
    const directory = newDirectory();
    const first = await start("kine", directory);
    await fill(first.store, { "/registry/configmaps/team/a": "first" });
    await first.kill();
    expect(() => {
      seedKine(kineData(directory), REVISION);
    }).toThrow(expect.objectContaining({ code: "NotEmpty" }));
    const { store: again } = await start("kine", directory);
    expect(await again.revision()).toBeLessThan(10);
  });
});
