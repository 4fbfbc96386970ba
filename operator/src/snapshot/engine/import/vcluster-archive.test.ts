import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { Header } from "tar";
import { type ArchiveItem, readVClusterArchive } from "./vcluster-archive.ts";

const SERVICE = "/registry/services/specs/default/kubernetes";
const LONG = `/registry/secrets/${"n".repeat(60)}/${"s".repeat(90)}`;

/** Written by `vcluster snapshot` 0.36.1 of an etcd with eight keys. */
const REAL = readFileSync(join(import.meta.dirname, "testdata/vcluster-0.36.1.tar.gz"));

type Entry = readonly [name: string, value: string];

function tarOf(entries: readonly Entry[]): Buffer {
  const files = entries.flatMap(([path, value]) => {
    const header = Buffer.alloc(512);
    new Header({ path, size: value.length, type: "File", mode: 0o666 }).encode(header, 0);
    return [header, Buffer.from(value), Buffer.alloc((512 - (value.length % 512)) % 512)];
  });
  return Buffer.concat([...files, Buffer.alloc(1024)]);
}

async function* pieces(bytes: Buffer, size = 100): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    yield await Promise.resolve(bytes.subarray(at, at + size));
  }
}

async function read(archive: AsyncIterable<Uint8Array>): Promise<readonly Entry[]> {
  const found: Entry[] = [];
  for await (const item of readVClusterArchive(archive)) found.push(textOf(item));
  return found;
}

function textOf(item: ArchiveItem): Entry {
  if (item.kind === "release") return ["release", Buffer.from(item.json).toString("latin1")];
  const { key, value } = item.record;
  return [Buffer.from(key).toString("utf8"), Buffer.from(value).toString("latin1")];
}

const zipped = (entries: readonly Entry[]): AsyncIterable<Uint8Array> =>
  pieces(gzipSync(tarOf(entries)));

describe("readVClusterArchive", () => {
  it("reads what vcluster wrote", async () => {
    const [release, ...records] = await read(pieces(REAL));
    expect(JSON.parse(release?.[1] ?? "")).toMatchObject({
      releaseName: "demo",
      values: "YTogMQo=",
    });
    const long =
      "/registry/secrets/team-with-a-rather-long-name-of-a-namespace-0123456789/sh.helm.release.v1.a-rather-long-name-of-a-release-0123456789.v";
    expect(records).toEqual([
      ["/registry/clusterroles/system:auth", "svc"],
      ["/registry/configmaps/team/a", "value a"],
      ["/registry/pods/team/web", "k8s\0binary\u00ff\u00fe"],
      [`${long}1`, "value 1"],
      [`${long}2`, "value 2"],
      [`${long}3`, "value 3"],
      [SERVICE, "svc"],
      ["/vcluster/mappings/v1/ConfigMap", "{}"],
    ]);
  });

  it("reads an archive without a release, in pieces of any size", async () => {
    const entries: readonly Entry[] = [
      ["/a", ""],
      [LONG, "x".repeat(3_000)],
      [SERVICE, "s"],
    ];
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 4_000 }), async (size) => {
        expect(await read(pieces(gzipSync(tarOf(entries)), size))).toEqual(entries);
      }),
      { numRuns: 20 },
    );
  });

  it("takes a key that comes twice alike once", async () => {
    const twice: readonly Entry[] = [
      ["/a", "1"],
      ["/a", "1"],
      [SERVICE, "s"],
    ];
    expect(await read(zipped(twice))).toEqual([
      ["/a", "1"],
      [SERVICE, "s"],
    ]);
  });

  it.each<[string, string, AsyncIterable<Uint8Array>]>([
    [
      "a key that comes twice",
      "Malformed",
      zipped([
        ["/a", "1"],
        ["/a", "2"],
      ]),
    ],
    [
      "keys out of order",
      "Malformed",
      zipped([
        ["/b", "1"],
        ["/a", "2"],
      ]),
    ],
    ["a file that is no key", "Malformed", zipped([["etc/passwd", "1"]])],
    ["an archive that ends early", "Truncated", zipped([["/registry/pods/team/web", "1"]])],
    ["an archive of no keys", "Truncated", zipped([["/vcluster/snapshot/release", "{}"]])],
    ["a database of etcd", "Unsupported", zipped([["/vcluster/snapshot/db", "1"]])],
    ["what is not zipped", "Malformed", pieces(tarOf([["/a", "1"]]))],
    ["what is no tar", "Malformed", pieces(gzipSync(Buffer.alloc(2_000, "x")))],
    ["a cut file", "Malformed", pieces(REAL.subarray(0, 400))],
    ["an entry that is too large", "Malformed", pieces(gzipSync(hugeHeader()))],
  ])("refuses %s", async (_, code, archive) => {
    await expect(read(archive)).rejects.toMatchObject({ name: "ImportError", code });
  });

  it("passes on why the archive could not be fetched", async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(REAL.subarray(0, 50));
      throw new Error("connection lost");
    }
    await expect(read(broken())).rejects.toThrow("connection lost");
  });

  it("fails with an ImportError or reads, whatever byte is another one", async () => {
    const place = fc.integer({ min: 0, max: REAL.length - 1 });
    await fc.assert(
      fc.asyncProperty(place, fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const damaged = Buffer.from(REAL);
        damaged[at] = (damaged[at] ?? 0) ^ flip;
        await read(pieces(damaged)).catch((error: unknown) => {
          expect(error).toMatchObject({ name: "ImportError" });
        });
      }),
      { numRuns: 200 },
    );
  });
});

function hugeHeader(): Buffer {
  const header = Buffer.alloc(512);
  new Header({ path: "/a", size: 2 ** 40, type: "File" }).encode(header, 0);
  return header;
}
