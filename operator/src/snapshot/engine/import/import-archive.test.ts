import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "@jest/globals";
import { keyText } from "../format/key-text.ts";
import { readMetadata, readRecords } from "../read/read-snapshot.ts";
import { openSnapshot } from "../read/snapshot.ts";
import { listSnapshots } from "../repository/manifests.ts";
import { createRepository, type Repository } from "../repository/repository.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { createMemoryStore } from "../store/testing/memory-store.ts";
import { verifySnapshot } from "../verify/verify.ts";
import { importArchive } from "./import-archive.ts";

const REAL = readFileSync(join(import.meta.dirname, "testdata/vcluster-0.36.1.tar.gz"));
const place = { uid: "uid-1", snapId: "20261121T051000Z-a1b2c3" };
const request = {
  snapId: place.snapId,
  subject: { uid: place.uid, name: "dev", namespace: "team", facts: {} },
  trigger: "import",
};

async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

describe("importArchive", () => {
  const now = (): Date => new Date();
  let store: ObjectStore;
  let repository: Repository;

  beforeEach(async () => {
    store = createMemoryStore();
    repository = await createRepository(store, now());
  });

  it("makes a snapshot of an archive, with its Helm release beside it", async () => {
    const { header } = await importArchive({ repository, now }, request, piecesOf(REAL));
    expect(header).toMatchObject({ snapId: place.snapId, kind: "imported", base: null });
    const snapshot = await openSnapshot(repository, place);
    const keys = [];
    for await (const { key } of readRecords(repository, snapshot)) keys.push(keyText(key));
    expect(keys).toHaveLength(header.keys);
    expect(keys).toContain("/registry/configmaps/team/a");
    const release = await readMetadata(repository, snapshot, "release");
    expect(JSON.parse(String(release))).toMatchObject({ releaseName: "demo" });
    expect(await verifySnapshot(store, place, { level: 3 })).toEqual({ level: 3, findings: [] });
  });

  it("makes none of one that is damaged", async () => {
    const half = piecesOf(REAL.subarray(0, REAL.length / 2));
    const importing = importArchive({ repository, now }, request, half);
    await expect(importing).rejects.toMatchObject({ code: "Malformed" });
    for await (const { objectKey } of listSnapshots(repository)) throw new Error(objectKey);
  });
});
