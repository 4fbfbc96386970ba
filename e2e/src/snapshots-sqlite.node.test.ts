import { chmod, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { VClusterRestore, VClusterSnapshot } from "@open-vcluster/crds";
import { objectBytes } from "../testbed/cluster/bucket.ts";
import { instanceOf, waitForCondition, waitForGone } from "./harness/instance.ts";
import type { Kubectl } from "./harness/kubectl.ts";
import { loadImage } from "./harness/node-testbed.ts";
import { faultsOf, type PairLog, readPair, startPairWriter } from "./harness/pair-writer.ts";
import { installProduct, type Product } from "./harness/product.ts";
import {
  type Bucket,
  LOCATION,
  makeBucket,
  makeLocation,
  restoreOf,
  snapshotOf,
  waitForState,
} from "./harness/snapshots.ts";
import { writeUpstreamArchive } from "./harness/upstream-snapshot.ts";
import { kubeconfigOf, openVirtual } from "./harness/virtual.ts";
import { volumeOf, volumesOf } from "./harness/volume.ts";
import { waitFor } from "./harness/wait.ts";
import { answerToWatch, newestVersion } from "./harness/watch-from.ts";

const name = "light";
const SPEC = { backingStore: { type: "sqlite" } } as const;
const STEP_MS = 300_000;
/** More than SQLite sorts in memory. */
const LARGE = Array.from({ length: 24 }, (_, index) => ({
  ...{ apiVersion: "v1", kind: "ConfigMap" },
  metadata: { namespace: "default", name: `large-${String(index)}` },
  data: { text: `${String(index)} `.repeat(50_000) },
}));

interface Placed {
  readonly spec: { readonly targetNamespace?: string };
  readonly status?: { readonly targetNamespace?: string };
}

describe("snapshots of an instance on sqlite", () => {
  let product: Product;
  let kubectl: Kubectl;
  let namespace: string;
  let virtual: Kubectl;
  let target = "";
  let bucket: Bucket;
  /** The last version that anybody knows of the store that is lost later. */
  let newest = "";
  /** Was taken while a pair was written. */
  let running: VClusterSnapshot;
  let log: PairLog;

  beforeAll(async () => {
    product = await installProduct("snapshots-sqlite");
    ({ kubectl, namespace } = product);
    const image = await loadImage(product.testbed);
    const env = {
      SNAPSHOT_IMAGE: image.reference,
      DEFAULT_SNAPSHOT_LOCATION: `${product.systemNamespace}/volume`,
    };
    await product.start({ env }).leading();
    bucket = await makeBucket(product, "snapshots-sqlite");
    await makeLocation(kubectl, namespace, bucket);
    await kubectl.apply(instanceOf(namespace, name, SPEC));
    await waitForCondition(kubectl, { namespace, name }, "Ready=True Running");
    virtual = await openVirtual(product, name);
    await virtual.apply(...LARGE);
    const instance = await kubectl.get<Placed>("vclusterinstances", "-n", namespace, name);
    target = instance?.status?.targetNamespace ?? "";
  }, STEP_MS);

  afterAll(async () => {
    await product.close();
  }, 120_000);

  const configMap = (value: string): object => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { namespace: "default", name: "kept" },
    data: { value },
  });

  async function take(snapshot: string): Promise<VClusterSnapshot> {
    await kubectl.apply(snapshotOf(namespace, snapshot, { instanceRef: { name } }));
    const at = { namespace, name: snapshot };
    const taken = await waitForState<VClusterSnapshot>(
      kubectl,
      "vclustersnapshots",
      at,
      "Ready=True Verified",
    );
    // Once it is complete, the way to the store is closed.
    await waitFor("the way to the store is closed", async () => {
      const left = ["secrets", "pods", "networkpolicies"].map((kind) =>
        kubectl.get<object>(kind, "-n", target, "snapshot-forwarder"),
      );
      return (await Promise.all(left)).every((object) => object === undefined);
    });
    return taken;
  }

  it(
    "are taken while it runs and is written to, and leave no way to its store open",
    async () => {
      await virtual.apply(configMap("before"));
      const writer = await startPairWriter(await kubeconfigOf(product, name));
      running = await take("running");
      log = await writer.stop();
    },
    STEP_MS,
  );

  it(
    "are restored in place",
    async () => {
      await virtual.apply(configMap("after"));
      const restore = restoreOf(namespace, "back", {
        snapshotRef: { name: "running" },
        target: { instanceRef: { name } },
      });
      await kubectl.apply(restore);
      const at = { namespace, name: "back" };
      await waitForState(kubectl, "vclusterrestores", at, "Ready=True");
      const found = await virtual.get<{ readonly data: object }>(
        "configmaps",
        "-n",
        "default",
        "kept",
      );
      expect(found?.data).toEqual({ value: "before" });
      expect(faultsOf(await readPair(virtual), log, running.status ?? {})).toEqual([]);
    },
    STEP_MS,
  );

  it(
    "are kept on a volume of the operator, restored from there, and removed",
    async () => {
      const { systemNamespace } = product;
      const location = { namespace: systemNamespace, name: "volume" };
      const apiVersion = "openvcluster.io/v1alpha1";
      const tell = (state: string): Promise<unknown> =>
        waitForState(kubectl, "vclustersnapshotlocations", location, state);
      await kubectl.apply({
        ...{ apiVersion, kind: "VClusterSnapshotLocation", metadata: location },
        spec: { volume: { claimName: "kept", path: "vclusters" }, probeInterval: "5s" },
      });
      await tell("Available=False VolumeMissing");
      await kubectl.apply({
        ...{ apiVersion: "v1", kind: "PersistentVolumeClaim" },
        metadata: { namespace: systemNamespace, name: "kept" },
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
      });
      await tell("Available=True");
      const volume = await volumeOf(product, systemNamespace);
      // The volumes of the testbed know no group, which others give to the worker.
      await chmod(volume, 0o777);

      for (const snapshot of ["on-volume", "on-volume-too"]) {
        const { spec, ...object } = snapshotOf(namespace, snapshot, { instanceRef: { name } });
        await virtual.apply(configMap(snapshot));
        await kubectl.apply({ ...object, spec: { instanceRef: spec.instanceRef } });
        const at = { namespace, name: snapshot };
        await waitForState(kubectl, "vclustersnapshots", at, "Ready=True Verified");
      }
      const from = { snapshotRef: { name: "on-volume" }, target: { instanceRef: { name } } };
      await kubectl.apply(restoreOf(namespace, "from-volume", from));
      const back = { namespace, name: "from-volume" };
      await waitForState(kubectl, "vclusterrestores", back, "Ready=True");
      expect(await virtual.get("configmaps", "-n", "default", "kept")).toMatchObject({
        data: { value: "on-volume" },
      });
      const copy = "from-the-volume";
      const beside = { ...from, target: { newInstance: { name: copy } } };
      await kubectl.apply(restoreOf(namespace, copy, beside));
      const made = { namespace, name: copy };
      await waitForState(kubectl, "vclusterrestores", made, "Ready=True");
      const copied = await openVirtual(product, copy);
      expect(await copied.get("configmaps", "-n", "default", "kept")).toMatchObject({
        data: { value: "on-volume" },
      });
      await kubectl.run(["-n", namespace, "delete", "vclusterinstances", copy]);

      const all = await kubectl.list<VClusterSnapshot>("vclustersnapshots", "-n", namespace);
      const onVolume = all.filter(({ status }) => status?.location?.name === location.name);
      expect(onVolume.map(({ status }) => status?.type).sort()).toEqual([
        "Full",
        "Incremental",
        "Incremental",
      ]);
      const names = onVolume.map(({ metadata }) => metadata.name);
      await kubectl.run(["-n", namespace, "delete", "vclustersnapshots", ...names]);
      expect(await readdir(join(volume, "vclusters", namespace))).not.toContain("snapshots");
      await virtual.apply(configMap("before"));
    },
    STEP_MS,
  );

  it(
    "are imported from an archive that vcluster wrote, and restored in place",
    async () => {
      const key = "archives/light.tar.gz";
      const tookMs = await writeUpstreamArchive(kubectl, {
        ...{ name, namespace: target, bucket, key },
      });
      await virtual.apply(configMap("after the archive"));
      await kubectl.apply(
        snapshotOf(namespace, "imported", {
          instanceRef: { name },
          archive: { locationRef: { name: LOCATION }, key },
        }),
      );
      const at = { namespace, name: "imported" };
      const { status } = await waitForState<VClusterSnapshot>(
        kubectl,
        "vclustersnapshots",
        at,
        "Ready=True Verified",
      );
      expect(status).toMatchObject({ type: "Imported" });
      await kubectl.apply(
        restoreOf(namespace, "back-to-archive", {
          snapshotRef: { name: "imported" },
          target: { instanceRef: { name } },
        }),
      );
      const restore = { namespace, name: "back-to-archive" };
      await waitForState(kubectl, "vclusterrestores", restore, "Ready=True");
      const found = await virtual.get("configmaps", "-n", "default", "kept");
      expect(found).toMatchObject({ data: { value: "before" } });
      const bytes = await objectBytes(bucket.minio, bucket.name, key);
      process.stderr.write(
        `vcluster's own archive: ${String(bytes)} bytes in ${String(tookMs)} ms; imported: ${String(status?.storedBytes)} bytes\n`,
      );
    },
    STEP_MS,
  );

  it(
    "are taken while it is suspended",
    async () => {
      newest = await newestVersion(virtual);
      await kubectl.apply(instanceOf(namespace, name, { ...SPEC, powerState: "Suspended" }));
      await waitForCondition(kubectl, { namespace, name }, "Ready=True Suspended");
      await take("suspended");
    },
    STEP_MS,
  );

  it(
    "replace a store that is damaged while it is suspended, and whoever watched it starts over",
    async () => {
      const volume = await volumeOf(product, target);
      const database = join(volume, "state.db");
      // Pages that are in the log as well would be read from there.
      await rm(`${database}-wal`, { force: true });
      await writeFile(database, (await readFile(database)).fill(7, 0, 20_000));
      await kubectl.apply(
        restoreOf(namespace, "anew", {
          snapshotRef: { name: "suspended" },
          target: { instanceRef: { name } },
          mode: "Replace",
          preRestoreSnapshot: false,
        }),
      );
      const at = { namespace, name: "anew" };
      await waitForState(kubectl, "vclusterrestores", at, "Ready=True");
      expect(await readdir(volume)).toContain("state.db.damaged");
      await kubectl.apply(instanceOf(namespace, name, SPEC));
      await waitForCondition(kubectl, { namespace, name }, "Ready=True Running");
      virtual = await openVirtual(product, name);
      expect(await virtual.get("configmaps", "-n", "default", "kept")).toMatchObject({
        data: { value: "before" },
      });
      expect(await answerToWatch(virtual, newest)).toBe(410);
    },
    STEP_MS,
  );

  /** Restores into a new instance, which then has the state from before, and returns a way into it. */
  async function moves(
    snapshot: string,
    newInstance: NonNullable<VClusterRestore["spec"]["target"]["newInstance"]>,
  ): Promise<void> {
    const spec = { snapshotRef: { name: snapshot }, target: { newInstance } };
    await kubectl.apply(restoreOf(namespace, `to-${newInstance.name}`, spec));
    const at = { namespace, name: `to-${newInstance.name}` };
    await waitForState(kubectl, "vclusterrestores", at, "Ready=True");
    const moved = await openVirtual(product, newInstance.name);
    expect(await moved.get("configmap", "-n", "default", "kept")).toMatchObject({
      data: { value: "before" },
    });
  }

  it(
    "are restored into a new one on an etcd of three members, and from there, suspended, on sqlite again",
    async () => {
      const three = { namespace, name: "three" };
      const members = ["pods", "-A", "-l", "app=vcluster-etcd,release=three"] as const;
      await moves("running", { name: three.name, backingStore: { type: "etcd", replicas: 3 } });
      expect(await kubectl.list(...members)).toHaveLength(3);
      newest = await newestVersion(await openVirtual(product, three.name));
      const suspension = ["--type=merge", "-p", '{"spec":{"powerState":"Suspended"}}'];
      await kubectl.run(["-n", namespace, "patch", "vclusterinstance", three.name, ...suspension]);
      await waitForCondition(kubectl, three, "Ready=True Suspended");
      const snapshot = snapshotOf(namespace, "of-three", { instanceRef: { name: "three" } });
      await kubectl.apply(snapshot);
      const at = { namespace, name: "of-three" };
      await waitForState(kubectl, "vclustersnapshots", at, "Ready=True Verified");
      await waitForCondition(kubectl, three, "Ready=True Suspended");
      await waitFor("its etcd is stopped again", async () => {
        return (await kubectl.list(...members)).length === 0;
      });
      await moves("of-three", { name: "back-again", backingStore: { type: "sqlite" } });
    },
    2 * STEP_MS,
  );

  it(
    "replace an etcd that lost its quorum, and whoever watched it starts over",
    async () => {
      const three = { namespace, name: "three" };
      const { status } = await waitForCondition(kubectl, three, "Ready=True Suspended");
      const volumes = await volumesOf(product, status?.targetNamespace ?? "");
      expect(volumes).toHaveLength(3);
      for (const volume of volumes.slice(1)) {
        await writeFile(join(volume, "member", "snap", "db"), Buffer.alloc(20_000, 7));
      }
      await kubectl.apply(
        restoreOf(namespace, "without-quorum", {
          snapshotRef: { name: "of-three" },
          target: { instanceRef: { name: three.name } },
          mode: "Replace",
          preRestoreSnapshot: false,
        }),
      );
      const at = { namespace, name: "without-quorum" };
      await waitForState(kubectl, "vclusterrestores", at, "Ready=True", STEP_MS);
      expect(await volumesOf(product, status?.targetNamespace ?? "")).not.toEqual(volumes);
      const power = ["--type=merge", "-p", '{"spec":{"powerState":"Running"}}'];
      await kubectl.run(["-n", namespace, "patch", "vclusterinstance", three.name, ...power]);
      await waitForCondition(kubectl, three, "Ready=True Running");
      const again = await openVirtual(product, three.name);
      expect(await again.get("configmap", "-n", "default", "kept")).toMatchObject({
        data: { value: "before" },
      });
      expect(await answerToWatch(again, newest)).toBe(410);
    },
    2 * STEP_MS,
  );

  it(
    "are taken of one that is applied together with its snapshot, and once more before it is deleted while it is suspended",
    async () => {
      const both = { namespace, name: "both" };
      const snapshots = { locationRef: { name: LOCATION }, beforeDeletion: true };
      const spec = { backingStore: { type: "etcd" }, snapshots } as const;
      await kubectl.apply(
        instanceOf(namespace, both.name, spec),
        snapshotOf(namespace, both.name, { instanceRef: { name: both.name } }),
      );
      await waitForState(kubectl, "vclustersnapshots", both, "Ready=True Verified");
      await waitForCondition(kubectl, both, "Ready=True Running");
      await kubectl.apply(instanceOf(namespace, both.name, { ...spec, powerState: "Suspended" }));
      await waitForCondition(kubectl, both, "Ready=True Suspended");
      await kubectl.run(["-n", namespace, "delete", "vclusterinstance", "both", "--wait=false"]);
      await waitForGone(kubectl, both);
      const all = await kubectl.list<VClusterSnapshot>("vclustersnapshots", "-n", namespace);
      const final = all.find(({ metadata }) => metadata.name.startsWith("final-"));
      expect(final).toMatchObject({ spec: { instanceRef: { name: "both" } } });
      expect(final?.status?.conditions).toContainEqual(
        expect.objectContaining({ type: "Ready", status: "True" }),
      );
      // With its data, and that within a minute.
      const removal = ["vclustersnapshot", final?.metadata.name ?? "", "--wait=false"];
      await kubectl.run(["-n", namespace, "delete", ...removal]);
      await waitFor(
        "the snapshot is gone",
        async () => {
          const at = ["-n", namespace, final?.metadata.name ?? ""] as const;
          return (await kubectl.get("vclustersnapshots", ...at)) === undefined;
        },
        { timeoutMs: 60_000 },
      );
    },
    2 * STEP_MS,
  );
});
