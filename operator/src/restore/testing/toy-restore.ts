import {
  API_VERSION,
  RESTORE_FINALIZER,
  type VClusterInstance,
  type VClusterRestore,
  type VClusterRestoreSpec,
  type VClusterSnapshot,
} from "@open-vcluster/crds";
import type { JobMark } from "../../snapshot/job/job-mark.ts";
import type { WorkSeen } from "../../snapshot/job/look.ts";
import type { TaskResult } from "../../snapshot/worker/result.ts";
import type { RestoreAction } from "../action.ts";
import { decide } from "../decide.ts";
import type { OriginSeen } from "../origin-seen.ts";
import type { RestoreSeen, RestoreStatus, RestoreStep } from "../seen.ts";
import type { RestoreSettings } from "../settings.ts";
import { statusOf } from "../status.ts";
import { restoreText } from "../target.ts";

const NOW_MS = Date.UTC(2026, 0, 1);
/** Between two looks. */
const PASS_MS = 10_000;
const MODES = { inPlace: "", replace: " anew", putBack: " as it needs" } as const;
const TIME = "2026-01-01T00:00:00Z";
const SNAP_ID = "20260101T000000Z-abcdef";
const BEFORE_ID = "20260102T000000Z-abcdef";

const SETTINGS: RestoreSettings = {
  operatorId: "main",
  operatorNamespace: "system",
  volumePath: "/repository",
  defaultLocation: undefined,
  work: {
    operatorId: "main",
    namespace: "system",
    image: "image",
    serviceAccount: undefined,
    deadlineMs: 60_000,
  },
  pollMs: 1_000,
  mostAttempts: 3,
  powerDeadlineMs: 600_000,
};

/** What a worker answers to one step, attempt by attempt; the last one stays. */
export type Answers = Readonly<Partial<Record<RestoreStep, readonly TaskResult[]>>>;

/** A worker that did what it was asked for. */
export const DONE: TaskResult = {
  ok: true,
  operation: "restore",
  snapId: SNAP_ID,
  puts: 3,
  deletes: 2,
  unchanged: 10,
  kinds: [{ prefix: "/registry/pods/", puts: 3, deletes: 2 }],
  sample: [],
  revision: 7,
  proof: { keys: 13, rootHash: `sha256:${"0".repeat(64)}` },
};
/** One that read a snapshot to its last byte. */
export const WHOLE: TaskResult = {
  ok: true,
  operation: "verify",
  snapId: SNAP_ID,
  verifiedLevel: 2,
};
/** One that counted. */
export const COUNTED: TaskResult = { ...DONE, operation: "plan" };
/** One that never succeeds. */
export const BROKEN: TaskResult = {
  ok: false,
  reason: "SnapshotDamaged",
  message: "A chunk is lost",
  retry: false,
};
/** One that may succeed the next time. */
export const CUT_OFF: TaskResult = {
  ok: false,
  reason: "Interrupted",
  message: "It was ended",
  retry: true,
};

/** How a story differs from the plain one. */
export interface Plot {
  readonly spec?: Partial<VClusterRestoreSpec>;
  readonly answers?: Answers;
  readonly snapshot?: VClusterSnapshot | undefined;
  readonly instance?: VClusterInstance | undefined;
  readonly origin?: OriginSeen;
  /** Of the target's certificates. */
  readonly identity?: string;
  /** The state from before cannot be kept. */
  readonly breaksBefore?: boolean;
  /** It waits for the instance, without end. */
  readonly waitsBefore?: boolean;
  /** Somebody deletes it as soon as it is there; it stays while it is needed. */
  readonly deletesBefore?: boolean;
  /** Power that the instance tells while its store alone is up. */
  readonly heldPower?: "Running" | "Suspended";
  /** An instance that somebody else makes under the target's name while the snapshot is verified. */
  readonly appears?: VClusterInstance;
  /** The snapshot is so large that reading it takes longer than an instance may take to stop. */
  readonly takesLong?: boolean;
  /** How far the store is when somebody deletes the restore. */
  readonly deletedAt?: RestoreStatus["store"];
  readonly marked?: string;
  /** Once it was stopped, the instance does not become ready again. */
  readonly neverServes?: boolean;
  /** Its etcd answers nobody before it has a new volume. */
  readonly lostQuorum?: boolean;
  /** It was suspended before it ever ran. */
  readonly isCold?: boolean;
  /** An instance of the new one's name was deleted, and its volumes were retained. */
  readonly isRetained?: boolean;
  /** The way to the store has to be opened and closed. */
  readonly isSqlite?: boolean;
  /** Whether the operator dies after the n-th effect, before it writes anything down. */
  readonly diesAfter?: (count: number) => boolean;
}

/** How it went. */
export interface Story {
  /** Effects and turns of the phase, in order. */
  readonly trace: readonly string[];
  readonly status: RestoreStatus;
  readonly marked: string | undefined;
  /** Whether a snapshot with the state from before is there. */
  readonly hasBefore: boolean;
  /** What must never happen, and did. */
  readonly violations: readonly string[];
}

/** A snapshot that can be restored. */
export function snapshotOf(
  status: VClusterSnapshot["status"] = {},
  spec: Partial<VClusterSnapshot["spec"]> = {},
): VClusterSnapshot {
  return {
    apiVersion: API_VERSION,
    kind: "VClusterSnapshot",
    metadata: { namespace: "team", name: "s", uid: "uid-s" },
    spec: { instanceRef: { name: "demo" }, ...spec },
    status: {
      snapshotID: SNAP_ID,
      instanceUID: "uid-demo",
      completionTime: TIME,
      conditions: [conditionOf("True")],
      versions: { chart: "0.36.1", kubernetes: "v1.36.0", store: "etcd" },
      ...status,
    },
  };
}

/** An instance that serves. */
export function instanceOf(status: VClusterInstance["status"] = {}): VClusterInstance {
  return {
    apiVersion: API_VERSION,
    kind: "VClusterInstance",
    metadata: { namespace: "team", name: "demo", uid: "uid-demo" },
    spec: {},
    status: { ...SERVING, ...status },
  };
}

const SERVING: NonNullable<VClusterInstance["status"]> = {
  powerState: "Running",
  readyReplicas: 1,
  conditions: [conditionOf("True")],
  release: { name: "demo", kubernetesVersion: "v1.36.0" },
};

const ILL: NonNullable<VClusterInstance["status"]> = { conditions: [conditionOf("False")] };

type Condition = NonNullable<NonNullable<VClusterInstance["status"]>["conditions"]>[number];

/** A condition of an instance or a snapshot. */
export function conditionOf(status: "True" | "False", type = "Ready"): Condition {
  return { type, status, reason: "Because", message: "Its words", lastTransitionTime: TIME };
}

function jobOf(name: string): JobMark {
  const asker = "VClusterRestore/team/r";
  const end = { terminating: false, state: "complete", endedMs: 0, why: "" } as const;
  return { namespace: "system", name, uid: name, asker, ...end };
}

/** One that was never complete. */
function unkept(status: NonNullable<VClusterSnapshot["status"]>): VClusterSnapshot {
  const made = snapshotOf();
  return { ...made, metadata: { ...made.metadata, creationTimestamp: TIME }, status };
}

/** Lets the decider work on a toy world until nothing more happens. */
export function play(plot: Plot = {}): Story {
  const trace: string[] = [];
  const violations: string[] = [];
  const attempts: Partial<Record<RestoreStep, number>> = {};
  const results = new Map<string, TaskResult>();
  let restore: VClusterRestore = {
    apiVersion: API_VERSION,
    kind: "VClusterRestore",
    metadata: { namespace: "team", name: "r", uid: "uid-r", generation: 1 },
    spec: { snapshotRef: { name: "s" }, target: { instanceRef: { name: "demo" } }, ...plot.spec },
  };
  let instance = "instance" in plot ? plot.instance : instanceOf();
  let closing = 0;
  let isOpened = false;
  const etcd: { volumes: RestoreSeen["volumes"]; isBroken: boolean } = {
    volumes: [{ name: "data", uid: "uid-data", isGoing: false }],
    isBroken: plot.lostQuorum === true,
  };
  const calm = instance?.status ?? SERVING;
  let before: VClusterSnapshot | undefined;
  let { marked } = plot;
  let hasIdentity = false;
  let effects = 0;
  const now = { isRead: false, isGone: false };
  const slownessMs = plot.takesLong === true ? 2 * SETTINGS.powerDeadlineMs : 0;

  for (let pass = 0; pass < 200; pass += 1) {
    const origin = plot.origin ?? { kind: "notNeeded" };
    const seen: RestoreSeen = {
      restore,
      snapshot: "snapshot" in plot ? plot.snapshot : snapshotOf(),
      instance,
      identity: plot.identity,
      before,
      rival: undefined,
      reading: undefined,
      marked,
      jobs: [...results.keys()].map(jobOf),
      work: {
        verify: workNow("verify"),
        plan: workNow("plan"),
        restore: workNow("restore"),
        rollback: workNow("rollback"),
      },
      reached: undefined,
      volumes: hasVolumes() ? etcd.volumes : [],
      store: storeNow(),
      place: {
        kind: "place",
        location: { namespace: "team", name: "l" },
        isReadOnly: false,
        replicas: [],
        repository: { store: { kind: "directory", path: "/r" }, create: true },
      },
      origin: origin.kind === "known" ? { ...origin, hasIdentity } : origin,
    };
    const nowMs = NOW_MS + pass * PASS_MS + (now.isRead ? slownessMs : 0);
    const { action, turn } = decide(seen, { nowMs, settings: SETTINGS });
    if (action.kind !== "none") {
      effects += 1;
      perform(action, seen);
    }
    const isDead = action.kind !== "none" && plot.diesAfter?.(effects) === true;
    const phase = restore.status?.phase;
    if (turn !== undefined && !isDead) {
      restore = { ...restore, status: statusOf(restore, turn, nowMs) };
      if (turn.phase !== phase) trace.push(`${turn.phase}: ${turn.reason}`);
    }
    elapse();
    if (plot.deletesBefore === true && marked !== undefined && before !== undefined) {
      const needed = { ...conditionOf("False"), reason: "SnapshotNeeded" };
      before = snapshotOf({ snapshotID: BEFORE_ID, phase: "Deleting", conditions: [needed] });
    }
    const { store } = restore.status ?? {};
    const isThere = store === plot.deletedAt && (store !== "Changing" || marked !== undefined);
    if (plot.deletedAt !== undefined && isThere) {
      const deletionTimestamp = new Date(nowMs).toISOString();
      restore = { ...restore, metadata: { deletionTimestamp, ...restore.metadata } };
    }
    if (now.isGone) break;
    const isIdle = action.kind === "none" && turn === undefined;
    if (isIdle && restore.status?.completionTime !== undefined) break;
  }
  const hasBefore = before !== undefined;
  return { trace, status: restore.status ?? {}, marked, hasBefore, violations };

  function hasVolumes(): boolean {
    if (instance === undefined) return plot.isRetained === true;
    return plot.isCold !== true || restore.status?.instanceMode !== undefined;
  }

  function jobName(step: RestoreStep): string {
    return `${step}-${String(restore.status?.attempts ?? 0)}`;
  }

  function workNow(step: RestoreStep): WorkSeen {
    const result = results.get(jobName(step));
    return result === undefined ? { kind: "absent" } : { kind: "ended", result };
  }

  /** A way that is closed takes a while to be gone. */
  function storeNow(): RestoreSeen["store"] {
    const endpoint = { url: "https://store:2379" };
    if (etcd.isBroken)
      return { kind: "waiting", why: "It is not ready", isOpened: false, silentSince: TIME };
    if (plot.isSqlite !== true) return { kind: "ready", isOpened: false, endpoint };
    if (closing > 0) return { kind: "waiting", why: "It is being closed", isOpened: false };
    return isOpened ? { kind: "ready", isOpened, endpoint } : { kind: "closed", isOpened: false };
  }

  function perform(action: RestoreAction, seen: RestoreSeen): void {
    const step = "step" in action ? ` ${action.step}` : "";
    const job = "job" in action ? ` ${action.job.name}` : "";
    const mode = "mode" in action ? MODES[action.mode] : "";
    trace.push(`  ${action.kind}${step}${job}${mode}`);
    switch (action.kind) {
      case "addFinalizer":
        restore = {
          ...restore,
          metadata: { ...restore.metadata, finalizers: [RESTORE_FINALIZER] },
        };
        break;
      case "snapshotBefore":
        before = snapshotOf({ snapshotID: BEFORE_ID });
        if (plot.breaksBefore === true) {
          before = unkept({ phase: "Failed", conditions: [conditionOf("False")] });
        }
        if (plot.waitsBefore === true) {
          const waits = { ...conditionOf("False"), reason: "InstanceNotReady" };
          before = unkept({ phase: "Pending", conditions: [waits] });
        }
        break;
      case "adoptIdentity":
        hasIdentity = true;
        break;
      case "createInstance":
        if (restore.status?.instanceMode === undefined) violations.push("served an empty one");
        instance = instanceOf();
        instance = {
          ...instance,
          metadata: {
            ...instance.metadata,
            name: restore.spec.target.newInstance?.name ?? "",
            uid: "uid-new",
            annotations: { "openvcluster.io/restored-by": "uid-r" },
          },
          spec: action.spec,
        };
        break;
      case "deleteBefore":
        before = undefined;
        break;
      case "markStore":
        marked = restoreText(restore);
        break;
      case "unmarkStore":
        marked = undefined;
        if (restore.status?.store === "Changing") violations.push("unmarked half a state");
        break;
      case "startWork": {
        const isHeld = seen.instance?.status?.hold?.uids.includes("uid-r") === true;
        if (action.step === "verify") {
          now.isRead = true;
          instance = plot.appears ?? instance;
        }
        const writes = action.step === "restore" || action.step === "rollback";
        if (writes && !isHeld) violations.push("wrote beside a control plane");
        if (writes && marked === undefined) violations.push("wrote without a mark");
        const count = attempts[action.step] ?? 0;
        attempts[action.step] = count + 1;
        const answers = plot.answers?.[action.step] ?? [action.step === "verify" ? WHOLE : DONE];
        results.set(jobName(action.step), answers[count] ?? answers.at(-1) ?? DONE);
        break;
      }
      case "endWork":
        results.delete(action.job.name);
        break;
      case "deleteVolume":
        if (marked === undefined) violations.push("gave up a store without a mark");
        if (seen.instance?.status?.hold?.mode !== "stopped")
          violations.push("gave up a store that runs");
        etcd.volumes = [{ ...action.volume, isGoing: true }];
        break;
      case "openStore":
        isOpened = true;
        break;
      case "closeStore":
        isOpened = false;
        closing = 3;
        break;
      case "removeFinalizer":
        now.isGone = true;
        break;
      case "none":
        break;
    }
  }

  /** What the instance controller does meanwhile. */
  function elapse(): void {
    closing = Math.max(0, closing - 1);
    if (instance === undefined) return;
    const mode =
      restore.status?.completionTime === undefined ? restore.status?.instanceMode : undefined;
    const isHeld = mode !== undefined || marked !== undefined;
    const { hold: _before, ...rest } = instance.status ?? {};
    const others = rest.conditions?.filter(({ type }) => type !== "Ready") ?? [];
    const power = plot.heldPower === undefined ? {} : { powerState: plot.heldPower };
    const held = {
      ...rest,
      ...power,
      conditions: [conditionOf("False"), ...others],
      readyReplicas: 0,
    };
    const uids = mode === undefined ? [] : ["uid-r"];
    if (etcd.volumes.length === 0 && mode === "storeOnly") etcd.isBroken = false;
    etcd.volumes = etcd.volumes.filter(({ isGoing }) => !isGoing);
    const asked = mode ?? "storeOnly";
    const hold = etcd.isBroken && asked === "storeOnly" ? {} : { hold: { mode: asked, uids } };
    instance = isHeld
      ? { ...instance, status: { ...held, ...hold } }
      : { ...instance, status: { ...rest, ...(plot.neverServes === true ? ILL : calm) } };
    if (!isHeld && (isOpened || closing > 0))
      violations.push("served a store that others had open");
    if (restore.status?.store === "Changing" && !isHeld) violations.push("served half a state");
  }
}
