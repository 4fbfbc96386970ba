import { VCLUSTER_SNAPSHOT } from "@open-vcluster/crds";
import {
  type Clock,
  type EventRecorder,
  type KubeClient,
  keyText,
  type Logger,
  type ReconcileResult,
  type RuntimeDeps,
} from "@open-vcluster/runtime";
import type { Caches } from "../world/caches.ts";
import { runController, type Waker, type WokenController } from "../world/run-controller.ts";
import { takeStep } from "../world/take-step.ts";
import { act } from "./act.ts";
import { decide } from "./decide.ts";
import { wakeAskers } from "./job/asker.ts";
import { observe } from "./observe.ts";
import { record } from "./record.ts";
import { refusedReport } from "./refused.ts";
import type { SnapshotSettings } from "./settings.ts";

/** What a pass uses. */
export interface SnapshotDeps {
  /** Refuses writes as soon as this process no longer leads. */
  readonly client: KubeClient;
  readonly caches: Caches;
  readonly settings: SnapshotSettings;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How many snapshots are worked on at once. */
const WORKERS = 8;

/** Works on VClusterSnapshots until the signal aborts and the passes under way ended. */
export async function runSnapshotController(
  deps: SnapshotDeps,
  runtime: RuntimeDeps,
  signal: AbortSignal,
): Promise<void> {
  const spec: WokenController = {
    name: "snapshot",
    workers: WORKERS,
    reconcile: (key, passSignal) => reconcile(key, deps, passSignal),
    wake: (controller) => wake(deps.caches, controller),
    known: () => deps.caches.snapshots.keys(),
  };
  await runController(spec, runtime, signal);
}

/** Which events wake which snapshot. Returns how to stop listening. */
function wake(caches: Caches, controller: Waker): readonly (() => void)[] {
  const enqueueOf = (instance: string): void => {
    for (const { metadata } of caches.snapshots.byIndex("instance", instance)) {
      controller.enqueue(keyText(metadata));
    }
  };
  return [
    caches.snapshots.onChange(({ key, object }) => {
      controller.enqueue(key);
      // Those that wait for their turn.
      const { namespace = "" } = object.metadata;
      enqueueOf(keyText({ namespace, name: object.spec.instanceRef.name }));
    }),
    caches.instances.onChange(({ key }) => {
      enqueueOf(key);
    }),
    wakeAskers("VClusterSnapshot", caches.jobs, controller),
  ];
}

/** One level-based pass: names are made of the object alone, so that an effect on a cache that is behind repeats itself. */
async function reconcile(
  key: string,
  deps: SnapshotDeps,
  signal: AbortSignal,
): Promise<ReconcileResult> {
  const { caches, settings, clock } = deps;
  const snapshot = caches.snapshots.get(key);
  if (snapshot === undefined) return {};
  const seen = await observe(snapshot, deps, signal);
  const { action, report, requeueAfterMs } = decide(seen, { nowMs: clock.nowMs(), settings });
  const telling = { snapshot, report, onlyAsRead: action.kind === "none" };
  const { kind } = action;
  const step = {
    type: VCLUSTER_SNAPSHOT,
    object: snapshot,
    effect: kind === "none" ? undefined : { kind, perform: () => act(action, seen, deps, signal) },
    record: () => record(telling, deps, signal),
    requeueAfterMs,
  };
  try {
    return await takeStep(step, deps, signal);
  } catch (thrown) {
    const refused = refusedReport(report, thrown);
    if (refused !== undefined) await record({ ...telling, report: refused }, deps, signal);
    throw thrown;
  }
}
