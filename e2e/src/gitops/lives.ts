import type { Operations } from "../harness/operations.ts";
import type { Stage } from "../harness/stage.ts";
import { waitFor } from "../harness/wait.ts";

/** The life of one instance, and how its health turned: what Argo CD and kstatus say, oldest first. */
export interface ToldLife {
  readonly told: readonly string[];
  play(stage: Stage): Promise<void>;
}

const RUNNING = "Ready=True Running";
const SUSPENDED = "Ready=True Suspended";
const ETCD = { backingStore: { type: "etcd" } } as const;
const BROKEN = { controlPlane: { statefulSet: { pods: { labels: { broken: "true" } } } } } as const;

const WORKS = "Progressing InProgress";
const WELL = "Healthy Current";
const RESTS = "Suspended Current";
const LEAVES = "Progressing Terminating";
const STUCK = "Degraded Failed";
/** kstatus knows nothing between being at work and having given up. */
const ILL = "Degraded InProgress";

/** Lives that together go through every phase, by the name of their instance. */
export const LIVES: Readonly<Record<string, ToldLife>> = {
  whole: {
    told: [WORKS, WELL, WORKS, WELL, WORKS, WELL, WORKS, RESTS, WORKS, WELL, LEAVES],
    play: async (stage) => {
      await stage.apply("whole", ETCD);
      await stage.reaches("whole", RUNNING);
      await stage.apply("whole", { ...ETCD, values: { logging: { encoding: "json" } } });
      await stage.reaches("whole", RUNNING);
      const scaled = { ...ETCD, controlPlane: { replicas: 3 } };
      await stage.apply("whole", scaled);
      await stage.reaches("whole", RUNNING);
      await stage.apply("whole", { ...scaled, powerState: "Suspended" });
      await stage.reaches("whole", SUSPENDED);
      await stage.apply("whole", scaled);
      await stage.reaches("whole", RUNNING);
      await stage.remove("whole");
      await stage.gone("whole");
    },
  },
  "rolled-back": {
    told: [WORKS, WELL, WORKS, STUCK, WORKS, WELL],
    play: async (stage) => {
      await stage.apply("rolled-back", ETCD);
      await stage.reaches("rolled-back", RUNNING);
      await stage.apply("rolled-back", { ...ETCD, values: BROKEN });
      await stage.reaches("rolled-back", "Stalled=True RolledBack");
      await stage.apply("rolled-back", ETCD);
      await stage.reaches("rolled-back", RUNNING);
    },
  },
  refused: {
    told: [WORKS, STUCK, WORKS, WELL],
    play: async (stage) => {
      await stage.apply("refused", { values: { telemetry: { enabled: true } } });
      await stage.reaches("refused", "Stalled=True ValuesRefused");
      await stage.apply("refused", {});
      await stage.reaches("refused", RUNNING);
    },
  },
  "drain-given-up": {
    told: [WORKS, WELL, WORKS, ILL],
    play: async (stage) => {
      stage.double.tenant("drain-given-up").block(true);
      await stage.apply("drain-given-up", {});
      await stage.reaches("drain-given-up", RUNNING);
      const suspend = { drain: true, drainTimeout: "2s" };
      await stage.apply("drain-given-up", { powerState: "Suspended", suspend });
      await stage.reaches("drain-given-up", "Ready=False DrainAborted");
    },
  },
  crashing: {
    told: [WORKS, WELL, ILL, WORKS, WELL],
    play: async (stage) => {
      await stage.apply("crashing", {});
      await stage.reaches("crashing", RUNNING);
      await crash(stage, "crashing", true);
      await stage.reaches("crashing", "Ready=False CrashLooping");
      await crash(stage, "crashing", false);
      await stage.reaches("crashing", RUNNING);
    },
  },
};

/** One operation that succeeds, and one that reaches nobody. */
export async function playOperations(operations: Operations): Promise<void> {
  await operations.ended(
    await operations.write({ method: "CreateVCluster", target: "operated" }, {}),
  );
  await operations.ended(await operations.accept({ method: "CreateVCluster", target: "nobody" }));
}

interface Pod {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly containers: readonly { readonly name: string }[] };
}

/** Makes the control plane's container exit again and again, as kubelet would tell, or heals it. */
async function crash(stage: Stage, name: string, isCrashing: boolean): Promise<void> {
  const path = `pods/${name}-0`;
  const pod = await waitFor(`${name} has its pod`, () => stage.inTarget<Pod>(name, path));
  const at = new Date().toISOString();
  const state = isCrashing
    ? { waiting: { reason: "CrashLoopBackOff", message: "back-off 40s restarting" } }
    : { running: { startedAt: at } };
  const lastState = isCrashing
    ? { terminated: { exitCode: 1, reason: "Error", startedAt: at, finishedAt: at } }
    : {};
  const status = isCrashing ? "False" : "True";
  const body = {
    status: {
      conditions: ["Initialized", "Ready", "ContainersReady", "PodScheduled"].map((type) => ({
        type,
        status,
        lastTransitionTime: at,
      })),
      containerStatuses: pod.spec.containers.map((container) => ({
        name: container.name,
        ready: !isCrashing,
        started: !isCrashing,
        restartCount: 7,
        image: "",
        imageID: "",
        state,
        lastState,
      })),
    },
  };
  const url = `/api/v1/namespaces/${stage.targetNamespace(name)}/${path}/status`;
  const answer = await stage.api.call("PATCH", url, body, "application/merge-patch+json");
  if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
}
