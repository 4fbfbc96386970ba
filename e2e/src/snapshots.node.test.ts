import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type {
  VClusterRestore,
  VClusterSnapshot,
  VClusterSnapshotLocation,
} from "@open-vcluster/crds";
import { censusOf, differences } from "./harness/census.ts";
import { instanceOf, waitForCondition, waitForGone } from "./harness/instance.ts";
import type { Json, Kubectl } from "./harness/kubectl.ts";
import { createAll, objectsOfManyKinds } from "./harness/many-kinds.ts";
import { loadImage } from "./harness/node-testbed.ts";
import { faultsOf, type PairLog, readPair, startPairWriter } from "./harness/pair-writer.ts";
import { installProduct, type Product } from "./harness/product.ts";
import { accepts, issueToken } from "./harness/service-token.ts";
import {
  type Bucket,
  LOCATION,
  makeBucket,
  makeLocation,
  restoreOf,
  snapshotOf,
  waitForState,
} from "./harness/snapshots.ts";
import { kubeconfigOf, openVirtual, sleepers, waitForPods } from "./harness/virtual.ts";
import { waitFor } from "./harness/wait.ts";
import { answerToWatch, newestVersion } from "./harness/watch-from.ts";

const name = "kept";
const SPEC = { backingStore: { type: "etcd" } } as const;
const OBJECTS = 2_000;
const AUTHORITY = "{.clusters[0].cluster.certificate-authority-data}";
/** The syncer writes it for the host that it runs on. */
const NAME_SERVICE = "ConfigMap.v1 kube-system/coredns ";

describe("an instance on etcd, its snapshots in a bucket", () => {
  let product: Product;
  let kubectl: Kubectl;
  let namespace: string;
  let targetNamespace: string;
  let virtual: Kubectl;
  let bucket: Bucket;
  let before: ReadonlyMap<string, Json>;
  /** Of a ServiceAccount that the snapshot holds. */
  let token = "";
  /** Of the pair that was written while the incremental snapshot was taken. */
  let log: PairLog;

  beforeAll(async () => {
    product = await installProduct("snapshots");
    ({ kubectl, namespace } = product);
    const image = await loadImage(product.testbed);
    await product.start({ env: { SNAPSHOT_IMAGE: image.reference } }).leading();
    bucket = await makeBucket(product, "snapshots");
    await makeLocation(kubectl, namespace, bucket);
    await kubectl.apply(instanceOf(namespace, name, SPEC));
    const ready = await waitForCondition(kubectl, { namespace, name }, "Ready=True Running");
    targetNamespace = ready.status?.targetNamespace ?? "";
    virtual = await openVirtual(product, name);
    await createAll(virtual, objectsOfManyKinds(OBJECTS));
    await virtual.apply(sleepers("web", 2));
    await waitForPods(virtual, "web", 2);
  }, 400_000);

  afterAll(async () => {
    await product.close();
  }, 120_000);

  const taken = (snapshot: string): Promise<VClusterSnapshot> =>
    waitForState(
      kubectl,
      "vclustersnapshots",
      { namespace, name: snapshot },
      "Ready=True Verified",
    );
  const restored = (restore: string): Promise<VClusterRestore> =>
    waitForState(kubectl, "vclusterrestores", { namespace, name: restore }, "Ready=True");
  const runs = (instance: string): ReturnType<typeof waitForCondition> =>
    waitForCondition(kubectl, { namespace, name: instance }, "Ready=True Running");

  it("has a location that can be used", async () => {
    const found = await waitForState<VClusterSnapshotLocation>(
      kubectl,
      "vclustersnapshotlocations",
      { namespace, name: LOCATION },
      "Available=True",
    );
    expect(found.status).toMatchObject({ phase: "Available" });
  });

  it("is kept in a full snapshot, which is read back", async () => {
    await waitFor("the cluster is at rest", async () => {
      const first = await censusOf(virtual);
      before = await censusOf(virtual);
      return differences(first, before).length === 0;
    });
    token = await issueToken(virtual);
    expect(before.size).toBeGreaterThan(OBJECTS);
    expect(new Set([...before.keys()].map((key) => key.split(" ")[0])).size).toBeGreaterThan(30);
    await kubectl.apply(snapshotOf(namespace, "full", { instanceRef: { name } }));
    const { status } = await taken("full");
    expect(status).toMatchObject({ type: "Full", verifiedLevel: "Content", chainLength: 0 });
    expect(status?.keys).toBeGreaterThan(OBJECTS);
  }, 300_000);

  it("is kept in an incremental one after a small change, which is far smaller, while it is written to", async () => {
    await virtual.run(["-n", "team-0", "create", "configmap", "later", "--from-literal=answer=42"]);
    const writer = await startPairWriter(await kubeconfigOf(product, name));
    await kubectl.apply(snapshotOf(namespace, "incremental", { instanceRef: { name } }));
    const { status } = await taken("incremental");
    log = await writer.stop();
    expect(status).toMatchObject({ type: "Incremental", chainLength: 1 });
    expect(status?.addedBytes).toBeLessThan((status?.storedBytes ?? 0) / 5);
  }, 300_000);

  it("is read back again, and further, when that is asked for", async () => {
    const { status: first } = await taken("full");
    const verifyAfter = new Date().toISOString();
    const spec = JSON.stringify({ spec: { verifyAfter, verification: "Full" } });
    const patch = ["patch", "vclustersnapshots", "full", "-n", namespace, "--type=merge", "-p"];
    await kubectl.run([...patch, spec]);
    await waitFor("it was read back", async () => {
      const now = await kubectl.get<VClusterSnapshot>("vclustersnapshots", "-n", namespace, "full");
      const { status } = now ?? {};
      expect(status?.conditions).toContainEqual(
        expect.objectContaining({ type: "Ready", status: "True" }),
      );
      return status?.verifiedLevel === "Full";
    });
    const { status } = await taken("full");
    expect(Date.parse(status?.verificationTime ?? "")).toBeGreaterThan(
      Date.parse(first?.verificationTime ?? ""),
    );
    expect(status).toMatchObject({ verifications: 1, completionTime: first?.completionTime });
  }, 120_000);

  it("keeps no credential of the bucket and no key where its tenant lives", async () => {
    const texts = await Promise.all(
      ["secrets", "configmaps", "pods", "events"].map((kind) =>
        kubectl.run(["get", kind, "-n", targetNamespace, "-o", "json"]),
      ),
    );
    const everything = texts.join("");
    for (const secret of [bucket.minio.secretKey, bucket.key]) {
      expect(everything).not.toContain(secret);
      expect(everything).not.toContain(Buffer.from(secret).toString("base64"));
    }
  });

  it("says exactly what the restore of a part would change, and changes nothing", async () => {
    const change = ["--type=merge", "-p", '{"data":{"text":"changed"}}'];
    await virtual.run(["-n", "team-3", "patch", "configmap", "item-3", ...change]);
    await kubectl.apply(
      restoreOf(namespace, "plan", {
        snapshotRef: { name: "full" },
        target: { instanceRef: { name } },
        filters: { namespaces: ["team-3"], kinds: ["configmaps"] },
        dryRun: true,
      }),
    );
    const { status } = await restored("plan");
    expect(status?.plan).toMatchObject({ puts: 1, deletes: 0 });
    expect(await virtual.get("configmap", "-n", "team-3", "item-3")).toMatchObject({
      data: { text: "changed" },
    });
  }, 300_000);

  it("gets a part back with what that cannot be without, and is told what is in no snapshot", async () => {
    await virtual.run(["delete", "namespace", "team-1"]);
    await virtual.run(["delete", "crd", "widgets.example.com"]);
    const target = { instanceRef: { name } };
    const filters = { namespaces: ["team-1"], kinds: ["configmaps", "widgets.example.com"] };
    const spec = { snapshotRef: { name: "full" }, target, preRestoreSnapshot: false };
    await kubectl.apply(restoreOf(namespace, "part", { ...spec, filters }));
    expect((await restored("part")).status?.store).toBe("Restored");
    await runs(name);
    const kinds = ["configmaps", "widgets.example.com"] as const;
    for (const kind of kinds) {
      await waitFor(`${kind} are there`, async () => {
        return (await virtual.list(kind, "-n", "team-1")).length > 0;
      });
    }
    await virtual.run(["-n", "team-1", "create", "configmap", "made-after"]);
    const wrong = { ...spec, filters: { kinds: ["configmap"] } };
    await kubectl.apply(restoreOf(namespace, "wrong", wrong));
    const { status } = await waitForState<VClusterRestore>(
      kubectl,
      "vclusterrestores",
      { namespace, name: "wrong" },
      "Ready=False NothingSelected",
    );
    expect(status?.store).toBe("Untouched");
  }, 300_000);

  it("is damaged badly and restored in place: every object is as before", async () => {
    await virtual.run(["delete", "namespace", "team-1", "team-2"]);
    await virtual.run(["delete", "crd", "widgets.example.com"]);
    await virtual.run(["delete", "clusterrole", "kept"]);
    const later = await issueToken(virtual);
    const change = '{"stringData":{"text":"changed"}}';
    await virtual.run([
      "-n",
      "team-4",
      "patch",
      "secret",
      "item-1004",
      "--type=merge",
      "-p",
      change,
    ]);
    await virtual.run(["-n", "default", "delete", "deployment", "web"]);
    await kubectl.apply(
      restoreOf(namespace, "whole", {
        snapshotRef: { name: "full" },
        target: { instanceRef: { name } },
      }),
    );
    const { status } = await restored("whole");
    expect(status).toMatchObject({ phase: "Completed", store: "Restored" });
    await runs(name);
    await waitForPods(virtual, "web", 2);
    expect(differences(before, await censusOf(virtual))).toEqual([]);
    expect(await Promise.all([token, later].map((each) => accepts(virtual, each)))).toEqual([
      true,
      true,
    ]);
  }, 400_000);

  it("is restored into a new one beside it, with credentials of its own", async () => {
    await kubectl.apply(
      restoreOf(namespace, "clone", {
        snapshotRef: { name: "incremental" },
        target: { newInstance: { name: "copy" } },
      }),
    );
    await restored("clone");
    await runs("copy");
    const { status = {} } = await taken("incremental");
    const copy = await openVirtual(product, "copy");
    expect(await copy.get("configmap", "-n", "team-0", "later")).toMatchObject({
      data: { answer: "42" },
    });
    const { items } = JSON.parse(await copy.run(["get", "widgets", "-A", "-o", "json"])) as {
      readonly items: readonly object[];
    };
    expect(items.length).toBeGreaterThan(100);
    expect(faultsOf(await readPair(copy), log, status)).toEqual([]);
    await waitForPods(copy, "web", 2);
    expect([await accepts(copy, token), await accepts(copy, await issueToken(copy))]).toEqual([
      false,
      true,
    ]);
    await kubectl.run(["-n", namespace, "delete", "vci", "copy", "--wait=false"]);
    await waitForGone(kubectl, { namespace, name: "copy" });
  }, 400_000);

  it("is never started empty in a new one whose restore is given up, nor written over what was retained", async () => {
    const made = { namespace, name: "given-up" };
    const target = { newInstance: { name: made.name } };
    const wish = { snapshotRef: { name: "incremental" }, target };
    await kubectl.apply(restoreOf(namespace, "giving-up", wish));
    await waitForCondition(kubectl, made, "Ready=False Restoring");
    await kubectl.run(["-n", namespace, "delete", "vclusterrestore", "giving-up"]);
    await waitForCondition(kubectl, made, "Ready=False RestoreIncomplete");

    const over = { ...wish, target: { instanceRef: { name: made.name } } };
    await kubectl.apply(restoreOf(namespace, "loading", over));
    await restored("loading");
    await runs(made.name);
    const keep = ["--type=merge", "-p", '{"spec":{"deletionPolicy":"Retain"}}'];
    await kubectl.run(["-n", namespace, "patch", "vci", made.name, ...keep]);
    await kubectl.run(["-n", namespace, "delete", "vci", made.name]);
    await kubectl.apply(restoreOf(namespace, "upon-retained", wish));
    const refused = { namespace, name: "upon-retained" };
    await waitForState(kubectl, "vclusterrestores", refused, "Ready=False TargetExists");

    await kubectl.apply(instanceOf(namespace, made.name, { ...SPEC, deletionPolicy: "Delete" }));
    await kubectl.run(["-n", namespace, "delete", "vci", made.name]);
  }, 400_000);

  it("is restored by nobody else without a grant", async () => {
    const stranger = `${namespace}-stranger`;
    await kubectl.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: stranger } });
    await kubectl.apply(
      restoreOf(stranger, "theft", {
        snapshotRef: { name: "full", namespace },
        target: { newInstance: { name: "stolen" } },
      }),
    );
    const at = { namespace: stranger, name: "theft" };
    await waitForState(kubectl, "vclusterrestores", at, "Ready=False NotGranted");
    await kubectl.run(["delete", "namespace", stranger]);
  }, 120_000);

  it("comes back from the bucket alone when everything is lost, with the same authority", async () => {
    const authorityOf = (cluster: Kubectl): Promise<string> =>
      cluster.run(["config", "view", "--raw", "-o", `jsonpath=${AUTHORITY}`]);
    const authority = await authorityOf(virtual);
    const newest = await newestVersion(virtual);
    const keep = ["--type=merge", "-p", '{"spec":{"deletionPolicy":"Retain"}}'];
    await kubectl.run(["-n", namespace, "patch", "vclustersnapshot", "full", ...keep]);
    await kubectl.run(["-n", namespace, "delete", "vclusterrestores", "--all"]);
    await kubectl.run(["-n", namespace, "delete", "vclusterinstances", "--all", "--wait=false"]);
    await waitForGone(kubectl, { namespace, name });
    await kubectl.run(["-n", namespace, "delete", "vclustersnapshot", "full"]);
    const found = await waitFor("the snapshot is found in the bucket", async () => {
      const all = await kubectl.list<VClusterSnapshot>("vclustersnapshots", "-n", namespace);
      const isFound = ({ spec, status }: VClusterSnapshot): boolean =>
        spec.snapshotID !== undefined && status?.type === "Full";
      return all.find(isFound);
    });
    await kubectl.apply(
      restoreOf(namespace, "disaster", {
        snapshotRef: { name: found.metadata.name },
        target: { newInstance: { name } },
      }),
    );
    await restored("disaster");
    await runs(name);
    const again = await openVirtual(product, name);
    expect(await authorityOf(again)).toBe(authority);
    expect(await answerToWatch(again, newest)).toBe(410);
    expect(await accepts(again, token)).toBe(true);
    await waitForPods(again, "web", 2);
    // Its controllers begin at once, and see the pods come.
    await waitFor("every object is as before", async () => {
      const lost = differences(before, await censusOf(again)).filter(
        (line) => !line.startsWith(NAME_SERVICE),
      );
      expect(lost).toEqual([]);
      return true;
    });
  }, 400_000);
});
