import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import {
  createRepository,
  createS3Store,
  kekOf,
  type ManifestHeader,
} from "../snapshot/engine/index.ts";
import { commitManifest } from "../snapshot/engine/repository/manifests.ts";
import { manifestKey } from "../snapshot/engine/repository/paths.ts";
import type { S3Config } from "../snapshot/engine/store/s3/s3-config.ts";
import { keysOf } from "../snapshot/engine/store/testing/contract.ts";
import { startTestMinio, type TestMinio } from "../snapshot/engine/store/testing/minio.ts";
import type { PlaceSeen } from "../snapshot/place/place.ts";
import { type Probe, probe } from "./probe.ts";

type Place = Extract<PlaceSeen, { kind: "place" }>;

const SUBJECT = { namespace: "team", known: new Set<string>(), writes: true };
const never = new AbortController().signal;

let minio: TestMinio;
let config: S3Config;
let kek: Buffer;

beforeAll(async () => {
  minio = await startTestMinio(process.env);
});

afterAll(async () => {
  await minio.close();
});

beforeEach(async () => {
  config = await minio.newBucket();
  kek = randomBytes(32);
});

function place(change: Partial<Place["repository"]["store"]> = {}, isReadOnly = false): Place {
  const { endpoint, region, bucket, prefix, credentials } = config;
  const store = {
    kind: "s3",
    endpoint: endpoint.origin,
    region,
    bucket,
    prefix,
    pathStyle: true,
    accessKeyId: credentials.accessKey,
    secretAccessKey: credentials.secretKey,
    ...change,
  } as Place["repository"]["store"];
  return {
    kind: "place",
    location: { namespace: "team", name: "bucket" },
    replicas: [],
    isReadOnly,
    repository: { store, kek: kek.toString("base64"), create: !isReadOnly },
  };
}

/** Makes the manifest of a snapshot that holds nothing. */
async function commit(snapId: string, namespace = "team"): Promise<void> {
  const repository = await createRepository(createS3Store(config), new Date(), { kek: kekOf(kek) });
  const header: ManifestHeader = {
    format: "vcsnap/v1",
    snapId,
    kind: "full",
    createdAt: "2026-01-01T00:00:00.000Z",
    completedAt: "2026-01-01T00:00:10.000Z",
    expiresAt: null,
    trigger: "manual",
    subject: { uid: "instance-1", name: "shop", namespace, facts: {} },
    revision: 1,
    parent: null,
    base: null,
    chainLength: 0,
    keys: 0,
    valueBytes: 0,
    addedBytes: 0,
  };
  await commitManifest(repository, {
    header,
    body: {
      lineage: { id: "1", clusterId: "1" },
      layers: [],
      content: { rootHash: `sha256:${"0".repeat(64)}`, excluded: [], inventory: [] },
      metadata: {},
      stats: { durationMs: 0, newChunks: 0, reusedChunks: 0 },
    },
  });
}

const reasonOf = (found: Probe): string => (found.ok ? "ok" : found.reason);

describe("trying a location", () => {
  it("finds an empty bucket, and leaves it empty", async () => {
    expect(await probe(place(), SUBJECT, never)).toMatchObject({ ok: true, found: [] });
    expect(await keysOf(createS3Store(config), "")).toEqual([]);
  });

  it("reads what it does not know, and lists the rest", async () => {
    await commit("20260101T000000Z-aaaaaa");
    await commit("20260102T000000Z-bbbbbb");
    const known = new Set(["20260101T000000Z-aaaaaa"]);
    const found = await probe(place(), { ...SUBJECT, known }, never);
    expect(found).toMatchObject({ ok: true, unusable: new Set() });
    if (!found.ok) return;
    expect([...found.held]).toEqual(["20260101T000000Z-aaaaaa", "20260102T000000Z-bbbbbb"]);
    expect(found.found.map(({ snapId }) => snapId)).toEqual(["20260102T000000Z-bbbbbb"]);
  });

  it("leaves alone what names another namespace, and what was copied or changed by hand", async () => {
    await commit("20260101T000000Z-aaaaaa", "other");
    await commit("20260102T000000Z-bbbbbb");
    const store = createS3Store(config);
    const bytes = await store.get(manifestKey("instance-1", "20260102T000000Z-bbbbbb"));
    await store.put(manifestKey("instance-1", "20260103T000000Z-cccccc"), bytes);
    await store.put(manifestKey("instance-1", "20260104T000000Z-dddddd"), Buffer.from("{}"));
    const found = await probe(place(), SUBJECT, never);
    const unusable = [
      "20260101T000000Z-aaaaaa",
      "20260103T000000Z-cccccc",
      "20260104T000000Z-dddddd",
    ];
    expect(found).toMatchObject({ ok: true, unusable: new Set(unusable) });
    expect(found.ok && found.found.map(({ snapId }) => snapId)).toEqual([
      "20260102T000000Z-bbbbbb",
    ]);
  });

  it.each([
    ["other credentials", { secretAccessKey: "wrong-secret" }, "BucketDenied"],
    ["another bucket", { bucket: "nowhere-at-all" }, "BucketMissing"],
    ["an endpoint where nobody answers", { endpoint: "http://127.0.0.1:9" }, "BucketUnreachable"],
  ])(
    "says what is wrong with %s, and tells no secret",
    async (_what, change, reason) => {
      const found = await probe(place(change), SUBJECT, never);
      expect(reasonOf(found)).toBe(reason);
      expect(JSON.stringify(found)).not.toContain(config.credentials.secretKey);
      expect(JSON.stringify(found)).not.toContain("wrong-secret");
    },
    60_000,
  );

  it("says that the key is another one", async () => {
    await commit("20260101T000000Z-aaaaaa");
    kek = randomBytes(32);
    expect(reasonOf(await probe(place(), SUBJECT, never))).toBe("WrongKey");
  });

  it("writes nothing where nothing may be written", async () => {
    await commit("20260101T000000Z-aaaaaa");
    const before = await keysOf(createS3Store(config), "");
    const readOnly = place({}, true);
    expect(await probe(readOnly, SUBJECT, never)).toMatchObject({ ok: true });
    expect(await keysOf(createS3Store(config), "")).toEqual(before);
  });
});

describe("a store without conditional writes", () => {
  const isConditional = ({ headers }: IncomingMessage): boolean => "if-none-match" in headers;

  it.each([
    ["ignores the condition", () => 200, "ignores If-None-Match"],
    ["refuses it", (request: IncomingMessage) => (isConditional(request) ? 501 : 200), "501"],
  ])("is told: it %s", async (_what, statusOf, words) => {
    const server = createServer((request, response) => {
      request.resume().on("end", () => response.writeHead(statusOf(request), { etag: "e" }).end());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const endpoint = `http://127.0.0.1:${String(port)}`;
      expect(await probe(place({ endpoint }), SUBJECT, never)).toMatchObject({
        ...{ ok: false, reason: "BucketRefused" },
        message: expect.stringContaining(words) as unknown as string,
      });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
