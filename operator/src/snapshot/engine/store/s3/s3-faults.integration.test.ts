import { createHash, randomBytes } from "node:crypto";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  jest,
} from "@jest/globals";
import type { ObjectStore } from "../object-store.ts";
import { bytesOf, keysOf } from "../testing/contract.ts";
import { type Fault, type FaultProxy, startFaultProxy } from "../testing/fault-proxy.ts";
import { newCredentials, startTestMinio, type TestMinio } from "../testing/minio.ts";
import type { S3Config } from "./s3-config.ts";
import { createS3Store } from "./s3-store.ts";

const PART = 8 * 1024 * 1024;
const FOREVER = Number.POSITIVE_INFINITY;

/** Those after which a call that is made again succeeds. */
const PASSING: readonly Fault[] = [
  "resetBefore",
  "resetAfter",
  "stall",
  "stallHalfWay",
  "slow",
  "cutRequest",
  "damageRequest",
  "truncateAnswer",
  { status: 500 },
  { status: 503 },
  { status: 429 },
];

const EVERYTHING_BUT_DATE = [
  "hrtime",
  "nextTick",
  "performance",
  "queueMicrotask",
  "setImmediate",
  "clearImmediate",
  "setInterval",
  "clearInterval",
  "setTimeout",
  "clearTimeout",
] as const;

const nameOf = (fault: Fault): string =>
  typeof fault === "object" ? `status ${fault.status}` : fault;

let minio: TestMinio;
let direct: S3Config;
let proxy: FaultProxy;
let store: ObjectStore;

beforeAll(async () => {
  minio = await startTestMinio(process.env);
  direct = await minio.newBucket();
});
afterAll(async () => {
  await minio.close();
});

beforeEach(async () => {
  proxy = await startFaultProxy(minio.endpoint);
  store = createS3Store({
    ...direct,
    endpoint: proxy.endpoint,
    prefix: `${randomBytes(5).toString("hex")}/`,
    patienceMs: 8_000,
    silenceMs: 400,
  });
});
afterEach(async () => {
  await proxy.close();
});

async function* stream(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield await Promise.resolve(part);
}

async function digestOf(parts: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const part of parts) hash.update(part);
  return hash.digest("hex");
}

const unfinished = (): Promise<number> => store.discardUnfinished(new Date(Date.now() + 60_000));

describe("one fault", () => {
  it.each(PASSING.map((fault) => [nameOf(fault), fault] as const))(
    "is gone after a second try: %s",
    async (_, fault) => {
      const bytes = randomBytes(200_000);
      proxy.failNext(fault);
      await store.put("a/put", bytes);
      proxy.failNext(fault);
      expect(Buffer.compare(await store.get("a/put"), bytes)).toBe(0);
      proxy.failNext(fault);
      await store.put("a/once", bytes, { ifAbsent: true });
      proxy.failNext(fault);
      expect(await keysOf(store, "a/")).toEqual(["a/once", "a/put"]);
      proxy.failNext(fault);
      await store.delete(["a/put"]);
      expect(await keysOf(store, "a/")).toEqual(["a/once"]);
    },
  );

  it.each(["shortenAnswer", "damageAnswer"] as const)(
    "is found by the digest of the store: %s",
    async (fault) => {
      const bytes = randomBytes(200_000);
      await store.put("a", bytes);
      proxy.failNext(fault);
      expect(Buffer.compare(await store.get("a"), bytes)).toBe(0);
      expect(proxy.seen.filter(({ method }) => method === "GET")).toHaveLength(2);
    },
  );

  it("does not hide that another writer was first", async () => {
    await store.put("a", bytesOf("of another"));
    proxy.failNext("resetAfter");
    await expect(store.put("a", bytesOf("mine"), { ifAbsent: true })).rejects.toMatchObject({
      code: "AlreadyExists",
    });
  });

  it.each(["resetBefore", "truncateAnswer", "stallHalfWay"] as const)(
    "does not end a stream that is read: %s",
    async (fault) => {
      const bytes = randomBytes(3_000_000);
      await store.put("a", bytes);
      proxy.failNext(fault, undefined, 2);
      expect(await digestOf(store.getStream("a"))).toBe(await digestOf(stream([bytes])));
    },
  );

  it("does not let a stream go on in another object", async () => {
    await store.put("a", randomBytes(3_000_000));
    proxy.failNext("truncateAnswer");
    const reading = store.getStream("a")[Symbol.asyncIterator]();
    await reading.next();
    await store.put("a", randomBytes(3_000_000));
    const rest = async (): Promise<void> => {
      while ((await reading.next()).done !== true);
    };
    await expect(rest()).rejects.toMatchObject({ code: "Corrupt", key: "a" });
  });

  const requests = ["the first part", "the last part", "the completion"] as const;
  const uploads = PASSING.flatMap((fault) =>
    requests.map((at) => [nameOf(fault), at, fault] as const),
  );
  it.each(uploads)("does not end an upload, nor leaves one: %s at %s", async (_, at, fault) => {
    const parts = [randomBytes(PART), randomBytes(PART), randomBytes(1000)];
    proxy.failNext(fault, ({ method, url }) => {
      if (at === "the completion") return method === "POST" && url.searchParams.has("uploadId");
      return url.searchParams.get("partNumber") === (at === "the first part" ? "1" : "3");
    });
    expect(await store.putStream("big", stream(parts))).toBe(2 * PART + 1000);
    expect(await digestOf(store.getStream("big"))).toBe(await digestOf(stream(parts)));
    expect(await unfinished()).toBe(0);
  });
});

describe("a fault that stays", () => {
  beforeEach(() => {
    store = createS3Store({
      ...direct,
      endpoint: proxy.endpoint,
      prefix: `${randomBytes(5).toString("hex")}/`,
      patienceMs: 2_000,
      silenceMs: 1_000,
    });
  });

  it.each([
    ["resetBefore", "Unavailable"],
    ["stall", "Unavailable"],
    ["truncateAnswer", "Unavailable"],
    ["shortenAnswer", "Corrupt"],
    ["damageAnswer", "Corrupt"],
  ] as const)("is told of a read: %s is %s", async (fault, code) => {
    await store.put("a", randomBytes(100_000));
    proxy.failNext(fault, undefined, FOREVER);
    await expect(store.get("a")).rejects.toMatchObject({ code, key: "a" });
  });

  it.each([
    ["resetBefore", "Unavailable"],
    ["stall", "Unavailable"],
    ["cutRequest", "Unavailable"],
    ["damageRequest", "Corrupt"],
  ] as const)("is told of a write, which leaves nothing: %s is %s", async (fault, code) => {
    proxy.failNext(fault, ({ method }) => method === "PUT", FOREVER);
    await expect(store.put("a", randomBytes(100_000))).rejects.toMatchObject({ code, key: "a" });
    await expect(
      store.putStream("big", stream([randomBytes(PART), randomBytes(PART)])),
    ).rejects.toMatchObject({ code, key: "big" });
    expect(await keysOf(store, "")).toEqual([]);
    expect(await unfinished()).toBe(0);
  });

  it("ends a stream that is read with an error, not early", async () => {
    await store.put("a", randomBytes(100_000));
    proxy.failNext("truncateAnswer", undefined, FOREVER);
    await expect(digestOf(store.getStream("a"))).rejects.toMatchObject({ code: "Unavailable" });
  });

  it("is not tried again once it is aborted", async () => {
    proxy.failNext("stall", undefined, FOREVER);
    const abort = new AbortController();
    const reason = new Error("enough");
    setTimeout(() => {
      abort.abort(reason);
    }, 100);
    await expect(store.get("a", { signal: abort.signal })).rejects.toBe(reason);
    expect(proxy.seen).toHaveLength(1);
  });
});

describe("a reader that takes its time", () => {
  it("is not taken for a store that does not answer", async () => {
    await store.put("a", randomBytes(8_000_000));
    let bytes = 0;
    let first = true;
    for await (const part of store.getStream("a")) {
      bytes += part.byteLength;
      if (first) await new Promise((resolve) => setTimeout(resolve, 1_500));
      first = false;
    }
    expect(bytes).toBe(8_000_000);
    expect(proxy.seen.filter(({ method }) => method === "GET")).toHaveLength(1);
  });
});

describe("a store that is not as it was told", () => {
  it("has no such bucket", async () => {
    const absent = createS3Store({ ...direct, bucket: "absent-bucket" });
    const noBucket = { code: "NoBucket" };
    await expect(absent.get("a")).rejects.toMatchObject(noBucket);
    await expect(absent.put("a", bytesOf("x"))).rejects.toMatchObject(noBucket);
    await expect(keysOf(absent, "")).rejects.toMatchObject(noBucket);
    await expect(absent.delete(["a"])).rejects.toMatchObject(noBucket);
  });

  it("does not know the credentials", async () => {
    const strange = createS3Store({ ...direct, credentials: newCredentials() });
    await expect(strange.get("a")).rejects.toMatchObject({ code: "AccessDenied", key: "a" });
    const { accessKey } = direct.credentials;
    const wrong = createS3Store({ ...direct, credentials: { accessKey, secretKey: "wrong" } });
    await expect(wrong.put("a", bytesOf("x"))).rejects.toMatchObject({ code: "AccessDenied" });
  });

  it("has another time", async () => {
    jest.useFakeTimers({ now: Date.now() + 3_600_000, doNotFake: [...EVERYTHING_BUT_DATE] });
    try {
      await expect(store.put("a", bytesOf("x"))).rejects.toMatchObject({ code: "ClockSkew" });
    } finally {
      jest.useRealTimers();
    }
  });

  it("shows no secret in its errors", async () => {
    const credentials = { ...direct.credentials, secretKey: "a-secret-of-nobody" };
    const failure: unknown = await createS3Store({ ...direct, credentials })
      .get("a")
      .catch((error: unknown) => error);
    expect(`${String(failure)} ${JSON.stringify(failure)}`).not.toContain(credentials.secretKey);
  });
});

describe("a store that goes away", () => {
  it("is waited for, half way through a stream", async () => {
    const mine = await startTestMinio(process.env);
    try {
      const patient = createS3Store({ ...(await mine.newBucket()), patienceMs: 30_000 });
      const parts = [randomBytes(PART), randomBytes(PART), randomBytes(PART)];
      const killing = async function* (): AsyncGenerator<Uint8Array> {
        for (const [n, part] of parts.entries()) {
          yield part;
          if (n === 1) await mine.kill();
          if (n === 1) setTimeout(() => void mine.start(mine.credentials), 500);
        }
      };
      await patient.putStream("big", killing());
      expect(await digestOf(patient.getStream("big"))).toBe(await digestOf(stream(parts)));
    } finally {
      await mine.close();
    }
  });

  it("lets no half object stand when the credentials are revoked half way", async () => {
    const mine = await startTestMinio(process.env);
    try {
      const config = await mine.newBucket();
      const renewed = newCredentials();
      const revoked = createS3Store(config);
      const revoking = async function* (): AsyncGenerator<Uint8Array> {
        yield* stream([randomBytes(PART), randomBytes(PART)]);
        await mine.kill();
        await mine.start(renewed);
        yield randomBytes(PART);
      };
      await expect(revoked.putStream("big", revoking())).rejects.toMatchObject({
        code: "AccessDenied",
        key: "big",
      });
      expect(await keysOf(createS3Store({ ...config, credentials: renewed }), "")).toEqual([]);
    } finally {
      await mine.close();
    }
  });
});
