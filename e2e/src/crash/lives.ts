import { expect } from "@jest/globals";
import type { VClusterSnapshot } from "@open-vcluster/crds";
import type { Mark } from "../harness/api.ts";
import type { Stage } from "../harness/stage.ts";
import { waitFor } from "../harness/wait.ts";
import { authorityOf, soundRelease } from "./verdict.ts";

/** One instance's story. Together they need every effect. */
export interface Life {
  readonly name: string;
  /** Runs of Helm that the story needs, since the release was last installed, up to its verdict. */
  readonly runs: number;
  /** Plays the story; `judge` is called once, while the release still exists. */
  play(stage: Stage, judge: (newestRevision: number) => void): Promise<void>;
}

const ETCD = { backingStore: { type: "etcd" } } as const;
const RUNNING = "Ready=True Running";
const SUSPENDED = "Ready=True Suspended";

function labelled(tier: string): object {
  return { values: { controlPlane: { statefulSet: { labels: { tier } } } } };
}

/** Certificates lost, values changed, a Service deleted, leftovers of an interrupted run, removed. */
const mended: Life = {
  name: "mended",
  runs: 3,
  play: async (stage, judge) => {
    await stage.apply("mended", {});
    await stage.reaches("mended", RUNNING);
    const authority = await authorityOf(stage, "mended");
    await removeAndAwait(stage, "mended", "secrets/mended-certs");
    await stage.apply("mended", labelled("second"));
    await stage.reaches("mended", RUNNING);
    await removeAndAwait(stage, "mended", "services/mended");
    await leaveStale(stage, "mended");
    await stage.reaches("mended", RUNNING);
    judge(await soundRelease(stage, "mended"));
    expect(await authorityOf(stage, "mended")).toBe(authority);
    await leaveRemains(stage, "mended");
    await stage.remove("mended");
    await stage.gone("mended");
  },
};

/** Drained, suspended, changed while suspended, resumed, and removed after a last snapshot. */
const rested: Life = {
  name: "rested",
  runs: 4,
  play: async (stage, judge) => {
    const suspended = { ...ETCD, powerState: "Suspended", suspend: { drain: true } } as const;
    await stage.apply("rested", ETCD);
    await stage.reaches("rested", RUNNING);
    const authority = await authorityOf(stage, "rested");
    await stage.apply("rested", suspended);
    await stage.reaches("rested", SUSPENDED);
    expect(stage.double.tenant("rested").hasPod()).toBe(false);
    await stage.apply("rested", { ...suspended, ...labelled("asleep") });
    await stage.reaches("rested", SUSPENDED);
    expect(await podsOf(stage, "rested")).toBe(0);
    stage.double.tenant("rested").run();
    await stage.apply("rested", {
      ...ETCD,
      ...labelled("asleep"),
      resume: { waitForWorkloads: true },
    });
    await stage.reaches("rested", RUNNING);
    judge(await soundRelease(stage, "rested"));
    expect(await authorityOf(stage, "rested")).toBe(authority);
    await stage.apply("rested", {
      ...ETCD,
      ...labelled("asleep"),
      snapshots: { beforeDeletion: true },
    });
    await stage.remove("rested");
    await completeSnapshot(stage, "rested");
    await stage.gone("rested");
  },
};

/** A budget blocks the drain: given up first, then the pod is deleted. Stays suspended to the end of all. */
const blocked: Life = {
  name: "blocked",
  runs: 2,
  play: async (stage, judge) => {
    const suspend = { drain: true, drainTimeout: "4s" } as const;
    stage.double.tenant("blocked").run();
    stage.double.tenant("blocked").block(true);
    await stage.apply("blocked", {});
    await stage.reaches("blocked", RUNNING);
    const authority = await authorityOf(stage, "blocked");
    await stage.apply("blocked", { powerState: "Suspended", suspend });
    await stage.reaches("blocked", "Drained=False DrainAborted");
    expect(stage.double.tenant("blocked").hasPod()).toBe(true);
    await stage.apply("blocked", {
      powerState: "Suspended",
      suspend: { ...suspend, onTimeout: "Delete" },
    });
    await stage.reaches("blocked", SUSPENDED);
    expect(stage.double.tenant("blocked").hasPod()).toBe(false);
    judge(await soundRelease(stage, "blocked"));
    expect(await authorityOf(stage, "blocked")).toBe(authority);
  },
};

/** An upgrade whose pods never become ready is rolled back, and a better one is taken. */
const failing: Life = {
  name: "failing",
  runs: 4,
  play: async (stage, judge) => {
    await stage.apply("failing", ETCD);
    await stage.reaches("failing", RUNNING);
    const authority = await authorityOf(stage, "failing");
    await stage.apply("failing", {
      ...ETCD,
      values: { controlPlane: { statefulSet: { pods: { labels: { broken: "true" } } } } },
    });
    await stage.reaches("failing", "Upgraded=False RolledBack");
    await stage.apply("failing", { ...ETCD, ...labelled("better") });
    await stage.reaches("failing", RUNNING);
    judge(await soundRelease(stage, "failing"));
    expect(await authorityOf(stage, "failing")).toBe(authority);
  },
};

/** Removed with its data kept, made again with the same identity, then removed by force. */
const retained: Life = {
  name: "retained",
  runs: 1,
  play: async (stage, judge) => {
    await stage.apply("retained", { deletionPolicy: "Retain" });
    await stage.reaches("retained", RUNNING);
    const authority = await authorityOf(stage, "retained");
    await stage.put("retained", "pods", tenantPod("retained"));
    await stage.put("retained", "pods", FORWARDER);
    await stage.remove("retained");
    await stage.gone("retained");
    expect(await podsOf(stage, "retained")).toBe(0);
    await stage.apply("retained", { deletionPolicy: "Force" });
    await stage.reaches("retained", RUNNING);
    judge(await soundRelease(stage, "retained"));
    expect(await authorityOf(stage, "retained")).toBe(authority);
    await stage.put("retained", "configmaps", held("example.com/nobody"));
    await stage.remove("retained");
    await stage.gone("retained");
  },
};

/** Its store is somebody else's etcd, so its certificates are copied. */
const external: Life = {
  name: "external",
  runs: 1,
  play: async (stage, judge) => {
    await stage.product.kubectl.apply({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { namespace: stage.product.namespace, name: "etcd-client" },
      stringData: { "ca.crt": "authority", "tls.crt": "certificate", "tls.key": "key" },
    });
    await stage.apply("external", {
      backingStore: {
        type: "externalEtcd",
        externalEtcd: {
          endpoint: "https://etcd.example.com:2379",
          tlsSecretRef: { name: "etcd-client" },
        },
      },
    });
    await stage.reaches("external", RUNNING);
    judge(await soundRelease(stage, "external"));
    await stage.remove("external");
    await stage.gone("external");
  },
};

/** Every story. */
export const LIVES: readonly Life[] = [mended, rested, blocked, failing, retained, external];

/** Lives that are over at the end, so that nothing of them may be left. */
export const ENDED: readonly string[] = ["mended", "rested", "retained", "external"];

/** Lives that go on. */
export const LASTING: readonly string[] = ["blocked", "failing"];

/** Says of the snapshot that is taken of an instance that it is complete; no worker runs here. */
async function completeSnapshot({ product }: Stage, name: string): Promise<void> {
  const { kubectl, namespace } = product;
  const kind = "vclustersnapshots.openvcluster.io";
  const isOpen = ({ spec, status }: VClusterSnapshot): boolean =>
    spec.instanceRef.name === name && status?.completionTime === undefined;
  const taken = await waitFor(
    `a snapshot of ${name} is taken`,
    async () => (await kubectl.list<VClusterSnapshot>(kind, "-n", namespace)).find(isOpen),
    { timeoutMs: 200_000 },
  );
  const time = new Date().toISOString();
  const ready = { type: "Ready", status: "True", reason: "Verified", message: "Complete" };
  const conditions = [{ ...ready, lastTransitionTime: time }];
  const status = { completionTime: time, verifiedLevel: "Content", conditions };
  await kubectl.run([
    ...["patch", kind, taken.metadata.name, "-n", namespace, "--subresource=status"],
    ...["--type=merge", `--patch=${JSON.stringify({ status })}`],
  ]);
}

async function removeAndAwait(stage: Stage, name: string, path: string): Promise<void> {
  const before = await stage.inTarget<Mark>(name, path);
  const full = `/api/v1/namespaces/${stage.targetNamespace(name)}/${path}`;
  await stage.api.call("DELETE", full);
  await waitFor(
    `${path} is back`,
    async () => {
      const now = await stage.inTarget<Mark>(name, path);
      return now !== undefined && now.metadata.uid !== before?.metadata.uid;
    },
    { timeoutMs: 200_000 },
  );
}

async function podsOf(stage: Stage, name: string): Promise<number> {
  const path = `/api/v1/namespaces/${stage.targetNamespace(name)}/pods`;
  return (await stage.api.marks(path)).length;
}

/** What an interrupted upgrade leaves: an object of a manifest that is not today's. */
async function leaveStale(stage: Stage, name: string): Promise<void> {
  await stage.put(name, "configmaps", {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: "left-behind",
      labels: {
        "openvcluster.io/instance-namespace": stage.product.namespace,
        "openvcluster.io/instance-name": name,
        "openvcluster.io/operator-id": stage.product.id,
        "openvcluster.io/render": "an-earlier-digest",
      },
    },
  });
  await waitFor(
    "the leftover is gone",
    async () => (await stage.inTarget(name, "configmaps/left-behind")) === undefined,
    { timeoutMs: 200_000 },
  );
}

/** What the syncer leaves when its control plane goes first. */
async function leaveRemains(stage: Stage, name: string): Promise<void> {
  await stage.put(name, "configmaps", held("vcluster.loft.sh/instance"));
  await stage.product.kubectl.apply({
    apiVersion: "scheduling.k8s.io/v1",
    kind: "PriorityClass",
    metadata: {
      name: `tenant-${stage.targetNamespace(name)}`,
      labels: { "vcluster.loft.sh/managed-by": `${stage.targetNamespace(name)}-x-${name}` },
    },
    value: 10,
  });
}

function held(finalizer: string): object {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "held", finalizers: [finalizer] },
  };
}

/** Whoever was at work on the store when its instance went leaves the way to it open. */
const FORWARDER = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "snapshot-forwarder", labels: { "openvcluster.io/work": "forwarder" } },
  spec: { containers: [{ name: "forwarder", image: "product" }] },
};

function tenantPod(name: string): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web-0", labels: { "vcluster.loft.sh/managed-by": name } },
    spec: { containers: [{ name: "main", image: "busybox" }] },
  };
}
