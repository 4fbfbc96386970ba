import {
  ACCEPTED_VOLUME_ANNOTATION,
  FORCE_DELETE_ANNOTATION,
  type VClusterInstanceSpec,
} from "@open-vcluster/crds";
import type { Fate, OperatorRun, Surroundings } from "./operator-run.ts";
import { putSecret, type State } from "./state.ts";
import { uninstall } from "./toy-helm.ts";
import {
  diskIsLost,
  HOME,
  handDeletes,
  handDeletesSecret,
  handScales,
  OPERATOR,
  TARGET,
  tenantRuns,
  userAnnotates,
  userApplies,
  userDeletes,
  userEdits,
  type World,
} from "./world.ts";

/** A story that is told step by step. */
export interface Scenario {
  readonly world?: Partial<State>;
  readonly surroundings?: Surroundings;
  readonly play: (world: World, run: OperatorRun) => Promise<void>;
}

const MINUTE_MS = 60_000;
const ETCD: VClusterInstanceSpec = { backingStore: { type: "etcd" } };
const HIGHLY_AVAILABLE: VClusterInstanceSpec = {
  controlPlane: { replicas: 3 },
  backingStore: { type: "etcd" },
};
const OLDER: VClusterInstanceSpec = { ...HIGHLY_AVAILABLE, kubernetesVersion: "v1.35.0" };
const EXTERNAL: VClusterInstanceSpec = {
  backingStore: {
    type: "externalEtcd",
    externalEtcd: { endpoint: "https://etcd.example.com:2379", tlsSecretRef: { name: "etcd-tls" } },
  },
};

/** The n-th effect, counted from zero, meets this fate. */
function nth(wanted: number, fate: Fate): Surroundings {
  return { fateOf: (count) => (count === wanted ? fate : {}) };
}

/** Applies a spec, waits until it is carried out, and goes on from there. */
function running(
  spec: VClusterInstanceSpec,
  then: (world: World, run: OperatorRun) => Promise<void>,
): Scenario["play"] {
  return async (world, run) => {
    run.note("-- kubectl apply");
    userApplies(world, spec);
    await run.advance(MINUTE_MS);
    await then(world, run);
    await run.advance(MINUTE_MS);
  };
}

const quiet = (): Promise<void> => Promise.resolve();

async function edit(world: World, run: OperatorRun, change: VClusterInstanceSpec): Promise<void> {
  run.note(`-- kubectl edit: ${JSON.stringify(change)}`);
  userEdits(world, change);
  await run.advance(MINUTE_MS);
}

async function works(
  world: World,
  run: OperatorRun,
  storeWork: World["state"]["storeWork"],
): Promise<void> {
  const said = storeWork.map(({ by, mode }) => `${by}${mode === undefined ? "" : `, ${mode}`}`);
  run.note(`-- at work on the store: ${said.join("; ") || "nobody"}`);
  world.state.storeWork = storeWork;
  await run.advance(MINUTE_MS);
}

async function complete(world: World, run: OperatorRun): Promise<void> {
  run.note("-- snapshots complete");
  for (const name of Object.keys(world.state.snapshots)) {
    world.state.snapshots[name] = { kind: "complete" };
  }
  await run.advance(MINUTE_MS);
}

async function remove(world: World, run: OperatorRun): Promise<void> {
  run.note("-- kubectl delete");
  userDeletes(world);
  await run.advance(MINUTE_MS);
}

function drained(onTimeout: "Keep" | "Delete" | "Abort"): Scenario["play"] {
  return running(ETCD, async (world, run) => {
    tenantRuns(world, "web", "blocked-db");
    const suspend = { drain: true, drainTimeout: "20s", onTimeout } as const;
    await edit(world, run, { powerState: "Suspended", suspend });
  });
}

/** Every golden story by the name of its file. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  "create-sqlite": { play: running({}, quiet) },
  "create-etcd": { play: running(ETCD, quiet) },
  "create-highly-available": { play: running(HIGHLY_AVAILABLE, quiet) },
  "create-external-etcd": {
    play: running(EXTERNAL, async (world, run) => {
      run.note("-- the Secret of the external etcd appears");
      const key = { namespace: HOME.namespace, name: "etcd-tls" };
      putSecret(world.state, key, { labels: {}, annotations: {} });
      await run.advance(MINUTE_MS);
      run.note("-- the Secret of the external etcd is renewed");
      putSecret(world.state, key, { labels: {}, annotations: {} });
    }),
  },
  update: {
    play: running(ETCD, (world, run) =>
      edit(world, run, { values: { logging: { encoding: "json" } } }),
    ),
  },
  "scale-1-to-3-and-back": {
    play: running(ETCD, async (world, run) => {
      await edit(world, run, { controlPlane: { replicas: 3 } });
      await edit(world, run, { controlPlane: { replicas: 1 } });
    }),
  },
  "suspend-and-resume": {
    play: running(HIGHLY_AVAILABLE, async (world, run) => {
      await edit(world, run, { powerState: "Suspended" });
      await edit(world, run, { controlPlane: { replicas: 1 } });
      await edit(world, run, { powerState: "Running" });
    }),
  },
  "held-for-a-restore": {
    play: running(HIGHLY_AVAILABLE, async (world, run) => {
      const restore = {
        kind: "restore",
        by: "VClusterRestore team/again",
        uid: "uid",
        isBegun: true,
      } as const;
      await works(world, run, [restore]);
      await works(world, run, [{ ...restore, mode: "storeOnly" }]);
      await edit(world, run, { values: { logging: { encoding: "json" } } });
      await works(world, run, []);
    }),
  },
  "snapshots-before-what-cannot-be-undone": {
    play: running(OLDER, async (world, run) => {
      const snapshots = { beforeUpgrade: true, beforeDeletion: true } as const;
      await edit(world, run, { ...OLDER, snapshots, suspend: { snapshot: true } });
      await edit(world, run, { kubernetesVersion: "v1.36.0" });
      await complete(world, run);
      await edit(world, run, { powerState: "Suspended" });
      await complete(world, run);
      await edit(world, run, { powerState: "Running" });
      await remove(world, run);
      await complete(world, run);
    }),
  },
  "resume-waits-for-a-snapshot": {
    play: running(ETCD, async (world, run) => {
      await edit(world, run, { powerState: "Suspended" });
      await works(world, run, [
        { kind: "snapshot", by: "VClusterSnapshot team/s", uid: "uid", isBegun: true },
      ]);
      await edit(world, run, { powerState: "Running" });
      await works(world, run, []);
    }),
  },
  "suspend-with-drain-released": {
    play: running(ETCD, async (world, run) => {
      tenantRuns(world, "web", "blocked-db");
      run.note("-- kubectl edit: Suspended, with drain");
      userEdits(world, { powerState: "Suspended", suspend: { drain: true } });
      await run.advance(7_000);
      run.note("-- the tenant relaxes the budget");
      world.state.pods = world.state.pods.map((pod) => ({ ...pod, blocked: false }));
    }),
  },
  "suspend-with-drain-abort": {
    play: async (world, run) => {
      await drained("Abort")(world, run);
      run.note("-- the tenant relaxes the budget");
      world.state.pods = world.state.pods.map((pod) => ({ ...pod, blocked: false }));
      await edit(world, run, { suspend: { drain: true, drainTimeout: "30s" } });
    },
  },
  "suspend-with-drain-keep": { play: drained("Keep") },
  "suspend-with-drain-delete": { play: drained("Delete") },
  "resume-waits-for-workloads": {
    play: running({ ...ETCD, resume: { waitForWorkloads: true } }, async (world, run) => {
      await edit(world, run, { powerState: "Suspended" });
      world.state.workloadsReadyAtMs = world.state.nowMs + 45_000;
      await edit(world, run, { powerState: "Running" });
    }),
  },
  "resume-stops-waiting": {
    play: running(
      { ...ETCD, resume: { waitForWorkloads: true, timeout: "30s" } },
      async (world, run) => {
        await edit(world, run, { powerState: "Suspended" });
        world.state.workloadsReadyAtMs = Infinity;
        await edit(world, run, { powerState: "Running" });
      },
    ),
  },
  "failed-upgrade": {
    world: { brokenKubernetes: ["v1.36.0"] },
    play: running(OLDER, async (world, run) => {
      await edit(world, run, { kubernetesVersion: "v1.36.0" });
      await run.advance(30 * MINUTE_MS);
      await edit(world, run, { kubernetesVersion: "v1.35.0" });
    }),
  },
  "certs-deleted-by-hand": {
    play: running(ETCD, async (world, run) => {
      run.note("-- kubectl delete secret demo-certs");
      handDeletesSecret(world, TARGET, "demo-certs");
      await run.advance(MINUTE_MS);
    }),
  },
  "kubeconfig-deleted-by-hand": {
    play: running({}, async (world, run) => {
      run.note("-- kubectl delete secret demo-kubeconfig");
      handDeletesSecret(world, HOME.namespace, "demo-kubeconfig");
      await run.advance(MINUTE_MS);
    }),
  },
  "kubeconfig-name-taken": {
    play: async (world, run) => {
      const key = { namespace: HOME.namespace, name: "demo-kubeconfig" };
      putSecret(world.state, key, { labels: {}, annotations: {} });
      await running({}, async () => {
        run.note("-- the stranger's Secret is removed");
        handDeletesSecret(world, HOME.namespace, "demo-kubeconfig");
        await run.advance(MINUTE_MS);
      })(world, run);
    },
  },
  "helm-killed-mid-install": {
    surroundings: nth(4, { helm: "midApply" }),
    play: running(ETCD, (_world, run) => run.advance(2 * MINUTE_MS)),
  },
  "helm-killed-mid-update": {
    surroundings: nth(8, { helm: "midApply" }),
    play: running({ ...ETCD, ingress: { host: "a.example.com" } }, async (world, run) => {
      run.note("-- kubectl edit: no ingress any more");
      userApplies(world, ETCD);
      await run.advance(3 * MINUTE_MS);
    }),
  },
  "helm-outlives-the-operator": {
    surroundings: nth(4, { helm: "livesOn" }),
    play: running(ETCD, quiet),
  },
  "helm-uninstalled-by-hand": {
    play: running(ETCD, async (world, run) => {
      run.note("-- helm uninstall");
      const { operatorId } = OPERATOR;
      uninstall({
        state: world.state,
        at: { instance: HOME, targetNamespace: TARGET },
        operatorId,
      });
      await run.advance(MINUTE_MS);
    }),
  },
  "replicas-changed-by-hand": {
    play: running(ETCD, async (world, run) => {
      run.note("-- kubectl scale statefulset demo --replicas 0");
      handScales(world, "controlPlane", 0);
      await run.advance(MINUTE_MS);
      await edit(world, run, { powerState: "Suspended" });
      run.note("-- kubectl scale statefulset demo --replicas 1");
      handScales(world, "controlPlane", 1);
      await run.advance(MINUTE_MS);
    }),
  },
  "volumes-lost": {
    play: running({}, async (world, run) => {
      run.note("-- the volumes are lost and made anew");
      diskIsLost(world);
      await run.advance(MINUTE_MS);
      run.note("-- kubectl annotate, as the message says");
      const volume = `claim-${String(world.state.volumesSinceMs)}`;
      userAnnotates(world, { [ACCEPTED_VOLUME_ANNOTATION]: volume });
      await run.advance(MINUTE_MS);
      const { conditions = [], store } = world.state.instance?.status ?? {};
      const isKept = conditions.every(({ type }) => type !== "StoreKept");
      run.note(`-- on ${String(store?.volumes)}, kept: ${String(isKept)}`);
    }),
  },
  "service-deleted-by-hand": {
    play: running({}, async (world, run) => {
      run.note("-- kubectl delete service demo");
      handDeletes(world, "Service", HOME.name);
      await run.advance(MINUTE_MS);
    }),
  },
  delete: {
    play: running({ ...ETCD, sync: { fromHost: { nodes: true } } }, async (world, run) => {
      world.state.heldObjects = 2;
      await remove(world, run);
    }),
  },
  "delete-retain": {
    play: running({ ...ETCD, deletionPolicy: "Retain" }, async (world, run) => {
      tenantRuns(world, "web");
      await remove(world, run);
      run.note("-- kubectl apply, the same again");
      userApplies(world, ETCD);
      await run.advance(MINUTE_MS);
    }),
  },
  "delete-force": {
    play: running(ETCD, async (world, run) => {
      world.state.heldObjects = 2;
      userAnnotates(world, { [FORCE_DELETE_ANNOTATION]: "true" });
      await remove(world, run);
    }),
  },
  "delete-protected": {
    play: running({ deletionProtection: true }, async (world, run) => {
      await remove(world, run);
      await edit(world, run, { deletionProtection: false });
    }),
  },
  "delete-half-installed": {
    surroundings: nth(4, { helm: "midApply" }),
    play: async (world, run) => {
      run.note("-- kubectl apply");
      userApplies(world, ETCD);
      await run.advance(5_000);
      await remove(world, run);
    },
  },
  "spec-refused-while-running": {
    play: running(ETCD, async (world, run) => {
      await edit(world, run, { kubernetesVersion: "v1.30.0" });
      run.note("-- kubectl delete service demo");
      handDeletes(world, "Service", HOME.name);
      await run.advance(MINUTE_MS);
      await edit(world, run, { kubernetesVersion: "v1.36.0" });
    }),
  },
  "spec-refused-from-the-start": {
    play: running({ distro: "k3s" }, (world, run) => edit(world, run, { distro: "k8s" })),
  },
  "suspended-while-creating": {
    play: async (world, run) => {
      run.note("-- kubectl apply");
      userApplies(world, ETCD);
      await run.advance(4_000);
      await edit(world, run, { powerState: "Suspended" });
      await edit(world, run, { powerState: "Running" });
    },
  },
  "created-suspended": { play: running({ ...ETCD, powerState: "Suspended" }, quiet) },
  "power-state-flapping": {
    play: running(ETCD, async (world, run) => {
      for (let turn = 0; turn < 3; turn += 1) {
        run.note("-- Suspended, and a second later Running");
        userEdits(world, { powerState: "Suspended" });
        await run.advance(1_000);
        userEdits(world, { powerState: "Running" });
        await run.advance(1_000);
      }
    }),
  },
  "chart-source-down": {
    world: { chartsDown: true },
    play: running(ETCD, async (world, run) => {
      run.note("-- the chart source answers again");
      world.state.chartsDown = false;
      await run.advance(MINUTE_MS);
    }),
  },
  "helm-refused": {
    world: { helmRefuses: true },
    play: running(ETCD, async (world, run) => {
      await run.advance(10 * MINUTE_MS);
      world.state.helmRefuses = false;
      await edit(world, run, { values: { logging: { encoding: "json" } } });
    }),
  },
  "namespace-taken": {
    world: { namespaces: { [TARGET]: { uid: "theirs", labels: {}, annotations: {} } } },
    play: running({}, async (world, run) => {
      run.note("-- the stranger's namespace goes");
      delete world.state.namespaces[TARGET];
      await run.advance(MINUTE_MS);
    }),
  },
};
