import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { bytesOf, describeStore, keysOf } from "../testing/contract.ts";
import { createDirectoryStore } from "./directory-store.ts";

async function newDirectory(): Promise<string> {
  return await mkdtemp(path.join(tmpdir(), "directory-store-"));
}

describe("a directory store", () => {
  let root: string;
  beforeAll(async () => {
    root = await newDirectory();
  });
  afterAll(async () => {
    await rm(root, { recursive: true });
  });

  describeStore(async () => {
    const directory = await newDirectory();
    return {
      store: createDirectoryStore(directory),
      close: () => rm(directory, { recursive: true }),
    };
  });

  it("never makes its root, on which a volume may not be mounted yet", async () => {
    const store = createDirectoryStore(path.join(root, "absent"));
    const noBucket = { code: "NoBucket" };
    await expect(store.put("a/b", bytesOf("x"))).rejects.toMatchObject(noBucket);
    await expect(store.get("a/b")).rejects.toMatchObject(noBucket);
    await expect(keysOf(store, "")).rejects.toMatchObject(noBucket);
    await expect(store.discardUnfinished(new Date())).rejects.toMatchObject(noBucket);
    expect(await readdir(root)).toEqual([]);
  });

  it("passes over names that are no keys", async () => {
    const directory = await newDirectory();
    const store = createDirectoryStore(directory);
    await mkdir(path.join(directory, "lost+found"));
    await writeFile(path.join(directory, "lost+found", "x"), "x");
    await writeFile(path.join(directory, ".hidden"), "x");
    await store.put("a", bytesOf("x"));
    expect(await keysOf(store, "")).toEqual(["a"]);
    await rm(directory, { recursive: true });
  });

  it("leaves no directory behind that a deletion emptied", async () => {
    const directory = await newDirectory();
    const store = createDirectoryStore(directory);
    await store.put("a/b/c", bytesOf("x"));
    await store.put("a/d", bytesOf("x"));
    await store.delete(["a/b/c"]);
    expect(await readdir(path.join(directory, "a"))).toEqual(["d"]);
    await store.delete(["a/d"]);
    expect(await readdir(directory)).toEqual([".unfinished"]);
    await rm(directory, { recursive: true });
  });

  it("discards what killed writers left, and not what is still written", async () => {
    const directory = await newDirectory();
    const store = createDirectoryStore(directory);
    await store.put("a", bytesOf("x"));
    const left = path.join(directory, ".unfinished", "left");
    await writeFile(left, "half");
    await writeFile(path.join(directory, ".unfinished", "young"), "half");
    await utimes(left, new Date(1000), new Date(1000));
    expect(await store.discardUnfinished(new Date(2000))).toBe(1);
    expect(await readdir(path.join(directory, ".unfinished"))).toEqual(["young"]);
    await rm(directory, { recursive: true });
  });

  it("writes files that others cannot read", async () => {
    const directory = await newDirectory();
    await createDirectoryStore(directory).put("a", bytesOf("x"));
    expect(
      execFileSync("stat", ["-c", "%a", path.join(directory, "a")])
        .toString()
        .trim(),
    ).toBe("600");
    expect(await readFile(path.join(directory, "a"), "utf8")).toBe("x");
    await rm(directory, { recursive: true });
  });
});
