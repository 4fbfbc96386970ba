import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type {
  VClusterRestore,
  VClusterSnapshot,
  VClusterSnapshotLocation,
} from "@open-vcluster/crds";
import {
  beginUpload,
  credentialsFor,
  ensureBucket,
  objectBytes,
  objectKeys,
  readObject,
  writeObject,
} from "../testbed/cluster/bucket.ts";
import { flipBit } from "./harness/damage.ts";
import { instanceOf, readInstance, waitForCondition } from "./harness/instance.ts";
import { createJumpingClock, type JumpingClock } from "./harness/jumping-clock.ts";
import type { Kubectl } from "./harness/kubectl.ts";
import { loadImage } from "./harness/node-testbed.ts";
import { installProduct, type Product } from "./harness/product.ts";
import { rollDice } from "./harness/seed.ts";
import { type SmallMinio, startSmallMinio } from "./harness/small-minio.ts";
import {
  type Bucket,
  LOCATION,
  makeBucket,
  makeLocation,
  restoreOf,
  s3Of,
  secretOf,
  snapshotOf,
  waitForState,
} from "./harness/snapshots.ts";
import { openVirtual } from "./harness/virtual.ts";
import { waitFor } from "./harness/wait.ts";

const name = "worn";
const FLIPS = process.env["SOAK"] === "1" ? 200 : 6;
const FLIP_MS = 60_000;
const STEP_MS = 180_000;
const HOUR_SECONDS = 3_600;
const VISITOR = "visitor";
const READING = ["s3:GetObject", "s3:ListBucket", "s3:GetBucketLocation"];

interface ControlPlanePod {
  readonly metadata: { readonly uid: string };
  readonly status: { readonly containerStatuses: readonly { readonly restartCount: number }[] };
}

interface Told {
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly message?: string }[];
  };
}

describe("what is wrong with the storage of snapshots", () => {
  const dice = rollDice();
  let product: Product;
  let kubectl: Kubectl;
  let namespace: string;
  let target: string;
  let virtual: Kubectl;
  let bucket: Bucket;
  let clock: JumpingClock;
  let small: SmallMinio | undefined;
  /** Keys of all objects of both snapshots, by what they are. */
  let parts: ReadonlyMap<string, readonly string[]>;

  beforeAll(async () => {
    process.stderr.write(`SEED=${String(dice.seed)}\n`);
    clock = await createJumpingClock();
    product = await installProduct("snapshots-damaged");
    ({ kubectl, namespace } = product);
    const image = await loadImage(product.testbed);
    await product.start({ env: { SNAPSHOT_IMAGE: image.reference, ...clock.env } }).leading();
    bucket = await makeBucket(product, "snapshots-damaged");
    await withLocation({});
    await kubectl.apply(instanceOf(namespace, name, { backingStore: { type: "etcd" } }));
    const ready = await waitForCondition(kubectl, { namespace, name }, "Ready=True Running");
    target = ready.status?.targetNamespace ?? "";
    virtual = await openVirtual(product, name);
    await take("full");
    const ofFull = new Set(await kept());
    await virtual.run(["create", "configmap", "later"]);
    await take("upon");
    parts = partsOf(ofFull, await kept());
  }, 400_000);

  afterAll(async () => {
    await small?.close();
    clock.remove();
    await product.close();
  }, 120_000);

  /** Has the location in a bucket that differs from the right one, opened with the right Secret or with another. */
  const withLocation = (
    change: Partial<Bucket>,
    credentials?: string,
    more: Partial<VClusterSnapshotLocation["spec"]> = {},
  ): Promise<void> => {
    const used = { ...bucket, ...change };
    const spec = { s3: s3Of(used, credentials), probeInterval: "2s", ...more };
    return makeLocation(kubectl, namespace, used, spec);
  };

  const at = (object: string): { readonly namespace: string; readonly name: string } => ({
    namespace,
    name: object,
  });
  const reach = (snapshot: string, state: string): Promise<VClusterSnapshot> =>
    waitForState(kubectl, "vclustersnapshots", at(snapshot), state, STEP_MS);
  const location = (state: string): Promise<VClusterSnapshotLocation> =>
    waitForState(kubectl, "vclustersnapshotlocations", at(LOCATION), state, STEP_MS);
  const messageOf = ({ status }: Told): string =>
    status?.conditions?.find(({ type }) => type === "Ready")?.message ?? "";

  const ask = (snapshot: string): Promise<void> =>
    kubectl.apply(snapshotOf(namespace, snapshot, { instanceRef: { name } }));
  const take = async (snapshot: string): Promise<VClusterSnapshot> => {
    await ask(snapshot);
    return reach(snapshot, "Ready=True Verified");
  };

  /** Keys of what snapshots refer to. */
  const kept = async (): Promise<readonly string[]> =>
    (await objectKeys(bucket.minio, bucket.name)).filter((key) => !/\/(probe|locks)\//.test(key));

  function partsOf(
    ofFull: ReadonlySet<string>,
    keys: readonly string[],
  ): ReadonlyMap<string, readonly string[]> {
    const kindOf = (key: string): string => {
      const [, , kind = ""] = key.split("/");
      return kind === "chunks" || kind === "snapshots"
        ? `${kind} of ${ofFull.has(key) ? "full" : "upon"}`
        : kind;
    };
    return Map.groupBy(keys, kindOf);
  }

  /** Has a snapshot read back as of now, and returns what was found. */
  async function readAgain(snapshot: string): Promise<VClusterSnapshot> {
    // Moments in a status are whole seconds.
    const fromMs = Math.ceil(Date.now() / 1_000) * 1_000;
    const spec = JSON.stringify({ spec: { verifyAfter: new Date(fromMs).toISOString() } });
    const patch = ["patch", "vclustersnapshots", "-n", namespace, snapshot, "--type=merge", "-p"];
    await kubectl.run([...patch, spec]);
    const read = (): Promise<VClusterSnapshot | undefined> =>
      kubectl.get<VClusterSnapshot>("vclustersnapshots", "-n", namespace, snapshot);
    return waitFor(
      `${snapshot} is read back`,
      async () => {
        const found = await read();
        const readMs = Date.parse(found?.status?.verificationTime ?? "");
        return readMs >= fromMs && found;
      },
      { timeoutMs: FLIP_MS, describe: async () => JSON.stringify((await read())?.status, null, 2) },
    );
  }

  const damagedState = (key: string): object => ({
    phase: "Failed",
    conditions: expect.arrayContaining([
      expect.objectContaining({
        type: "Ready",
        status: "False",
        reason: "SnapshotDamaged",
        // Nothing else is: what was turned before was turned back.
        message: expect.stringMatching(new RegExp(`^${below(key)}: (?!.*more objects)`)),
      }),
    ]),
  });

  /** A key as the engine tells it: without the prefix of the location and its namespace. */
  const below = (key: string): string => key.split("/").slice(2).join("/");

  it(
    `shows each of ${String(FLIPS)} bits that were turned, and lets nobody restore that`,
    async () => {
      expect([...parts.keys()].sort()).toEqual([
        "chunks of full",
        "chunks of upon",
        "keys",
        "repo.json",
        "snapshots of full",
        "snapshots of upon",
      ]);
      const groups = [...parts.values()];
      for (let round = 0; round < FLIPS; round += 1) {
        // Round and round, so that what is seldom is hit as often.
        const keys = groups[round % groups.length] ?? [];
        const key = keys[dice.below(keys.length)] ?? "";
        const flip = await flipBit(bucket, key, dice);
        const { status } = await readAgain("upon");
        expect({ told: flip.told, status }).toMatchObject({ status: damagedState(key) });
        const restore = restoreOf(namespace, `of-damaged-${String(round)}`, {
          snapshotRef: { name: "upon" },
          target: { newInstance: { name: "never" } },
        });
        await kubectl.apply(restore);
        const refused = at(restore.metadata.name);
        const seen = await waitForState<VClusterRestore>(
          kubectl,
          "vclusterrestores",
          refused,
          "Ready=False SnapshotNotReady",
        );
        expect(messageOf(seen)).toContain(below(key));
        await flip.undo();
      }
      expect(await readInstance(kubectl, namespace, "never")).toBeUndefined();
      const { status } = await readAgain("upon");
      expect(status).toMatchObject({ phase: "Ready", verifiedLevel: "Content" });
      await location("Available=True");
    },
    FLIPS * FLIP_MS,
  );

  it(
    "puts back what is damaged from a copy and from the running store, when that is asked for",
    async () => {
      const copy = await makeBucket(product, "snapshots-damaged-copy");
      for (const key of await kept()) {
        const content = await readObject(bucket.minio, bucket.name, key);
        await writeObject(copy.minio, copy.name, { key, content });
      }
      const repair = (snapshot: string, wanted: boolean): Promise<string> =>
        kubectl.run([
          ...["patch", "vclustersnapshots", "-n", namespace, snapshot, "--type=merge", "-p"],
          JSON.stringify({ spec: { repair: wanted } }),
        ]);
      await repair("upon", true);
      const data = await largest(parts.get("chunks of full") ?? []);
      await flipBit(bucket, data, dice);
      const rebuilt = await readAgain("upon");
      expect(rebuilt.status).toMatchObject({
        phase: "Ready",
        repair: { count: 1, objects: [below(data)] },
      });

      const [manifest = ""] = parts.get("snapshots of upon") ?? [];
      const flip = await flipBit(bucket, manifest, dice);
      const lost = await readAgain("upon");
      expect(messageOf(lost)).toMatch(/nowhere else/);
      await kubectl.apply({
        apiVersion: "openvcluster.io/v1alpha1",
        kind: "VClusterSnapshotLocation",
        metadata: { namespace, name: "copy" },
        spec: { s3: s3Of(copy), accessMode: "ReadOnly" },
      });
      await withLocation({}, undefined, { replicas: [{ name: "copy" }] });
      const copied = await readAgain("upon");
      expect({ told: flip.told, status: copied.status }).toMatchObject({
        status: { phase: "Ready", repair: { count: 1, objects: [below(manifest)] } },
      });
      await repair("upon", false);
      await withLocation({});
    },
    STEP_MS,
  );

  it(
    "refuses what was damaged without anybody's knowledge, while the instance runs on",
    async () => {
      const key = await largest(parts.get("chunks of full") ?? []);
      const flip = await flipBit(bucket, key, dice);
      const plan = (restore: string): Promise<void> =>
        kubectl.apply(
          restoreOf(namespace, restore, {
            snapshotRef: { name: "full" },
            target: { instanceRef: { name } },
            dryRun: true,
          }),
        );
      const planned = (restore: string, state: string): Promise<VClusterRestore> =>
        waitForState(kubectl, "vclusterrestores", at(restore), state, STEP_MS);
      await plan("of-rotten");
      const pod = await controlPlane();
      const restore = { snapshotRef: { name: "full" }, target: { instanceRef: { name } } };
      await kubectl.apply(
        restoreOf(namespace, "rotten", { ...restore, preRestoreSnapshot: false }),
      );
      for (const refused of ["of-rotten", "rotten"]) {
        const seen = await planned(refused, "Ready=False SnapshotDamaged");
        expect({ told: flip.told, message: messageOf(seen) }).toMatchObject({
          message: expect.stringContaining(below(key)),
        });
        expect(seen.status?.store).toBe("Untouched");
      }
      expect(await controlPlane()).toEqual(pod);
      await flip.undo();
      await plan("of-mended");
      await planned("of-mended", "Ready=True Planned");
    },
    STEP_MS,
  );

  /** Uid of its pod, and how often that was started again. */
  async function controlPlane(): Promise<unknown> {
    const pods = await kubectl.list<ControlPlanePod>("pods", "-n", target, "-l", "app=vcluster");
    return pods.map(({ metadata, status }) => [
      metadata.uid,
      status.containerStatuses.map(({ restartCount }) => restartCount),
    ]);
  }

  /** That with the values: a plan needs no other. */
  async function largest(keys: readonly string[]): Promise<string> {
    const sizes = await Promise.all(keys.map((key) => objectBytes(bucket.minio, bucket.name, key)));
    return keys[sizes.indexOf(Math.max(...sizes))] ?? "";
  }

  interface Trouble {
    readonly reason: string;
    readonly begin: () => Promise<void>;
  }

  const withRights = async (...actions: readonly string[]): Promise<void> => {
    const credentials = await credentialsFor(bucket.minio, actions);
    await kubectl.apply(secretOf(namespace, VISITOR, credentials));
    await withLocation({}, VISITOR);
  };

  it.each<[string, Trouble]>([
    [
      "the key is another one",
      {
        reason: "WrongKey",
        begin: () => withLocation({ key: randomBytes(32).toString("base64") }),
      },
    ],
    [
      "the secret is wrong",
      {
        reason: "BucketDenied",
        begin: () => withLocation({ minio: { ...bucket.minio, secretKey: "not-the-secret" } }),
      },
    ],
    ["nothing may be written", { reason: "BucketDenied", begin: () => withRights(...READING) }],
    [
      "nothing may be deleted",
      { reason: "BucketDenied", begin: () => withRights(...READING, "s3:PutObject") },
    ],
  ])(
    "says so where %s, and goes on when that is mended",
    async (what, { reason, begin }) => {
      await begin();
      const failed = what.replaceAll(" ", "-");
      await ask(failed);
      const told = [
        await location(`Available=False ${reason}`),
        await reach(failed, `Ready=False ${reason}`),
      ];
      for (const object of told) {
        expect(object.status?.phase).toMatch(/^(Unavailable|Failed)$/);
        expect(messageOf(object)).toMatch(/\. [A-Z].*\.$/);
        expect(JSON.stringify(object)).not.toContain(bucket.minio.secretKey);
      }
      await reach("upon", "Ready=True Verified");
      await withLocation({});
      await location("Available=True");
    },
    STEP_MS,
  );

  it(
    "takes the next snapshot as if nothing had been",
    async () => {
      const { status } = await take("mended");
      expect(status).toMatchObject({ type: "Incremental" });
    },
    STEP_MS,
  );

  it(
    "says that clocks are too far apart, and goes on when they are not",
    async () => {
      clock.set(HOUR_SECONDS);
      const told = await location("Available=False ClockSkewed");
      expect(messageOf(told)).toContain("clocks");
      clock.set(0);
      await location("Available=True");
    },
    STEP_MS,
  );

  it(
    "takes nothing for a snapshot that was not written to its end",
    async () => {
      const manifest = parts.get("snapshots of full")?.[0] ?? "";
      const whole = await readObject(bucket.minio, bucket.name, manifest);
      const { status: before } = await location("Available=True");
      const { status: full } = await reach("full", "Ready=True");
      const id = full?.snapshotID ?? "";
      const another = (ending: string): string => manifest.replace(id, id.replace(/.{6}$/, ending));
      const cut = whole.subarray(0, dice.below(whole.length - 1) + 1);
      await writeObject(bucket.minio, bucket.name, { key: another("aaaaaa"), content: cut });
      const empty = Buffer.alloc(0);
      await writeObject(bucket.minio, bucket.name, { key: another("bbbbbb"), content: empty });
      await beginUpload(bucket.minio, bucket.name, another("cccccc"));
      const told = await waitFor("the location tells of both", async () => {
        const seen = await location("Available=True");
        return messageOf(seen).includes("2 manifests there are damaged") && seen;
      });
      expect(told.status?.snapshots).toBe(before?.snapshots);
      const named = { instanceRef: { name }, snapshotID: id.replace(/.{6}$/, "aaaaaa") };
      await kubectl.apply(snapshotOf(namespace, "cut", named));
      await reach("cut", "Ready=False SnapshotDamaged");
      await kubectl.run(["delete", "vclustersnapshots", "-n", namespace, "cut", "--timeout=60s"]);
      const { status } = await take("beside");
      expect(status).toMatchObject({ type: "Incremental" });
      const all = await kubectl.list<VClusterSnapshot>("vclustersnapshots", "-n", namespace);
      expect(all.filter(({ spec }) => spec.snapshotID !== undefined)).toEqual([]);
    },
    STEP_MS,
  );

  it(
    "says that there is no bucket or no room, goes on when there is, and misses what is elsewhere until it is back",
    async () => {
      small = await startSmallMinio(product, 64 << 20);
      const away = { ...bucket, minio: small.minio };
      await withLocation(away);
      await location("Available=False BucketMissing");
      await ask("no-bucket");
      await reach("no-bucket", "Ready=False BucketMissing");
      await ensureBucket(away.minio, away.name);
      await location("Available=True");
      await reach("upon", "Ready=False SnapshotMissing");
      small.fill();
      const told = await location("Available=False LocationFull");
      expect(messageOf(told)).toContain("room");
      await ask("no-room");
      expect(messageOf(await reach("no-room", "Ready=False LocationFull"))).toContain("room");
      small.makeRoom();
      await location("Available=True");
      await take("some-room");
      await withLocation({});
      await reach("upon", "Ready=True Verified");
      await reach("some-room", "Ready=False SnapshotMissing");
    },
    STEP_MS,
  );
});
