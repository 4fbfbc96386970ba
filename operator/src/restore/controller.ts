import { VCLUSTER_RESTORE, type VClusterRestore } from "@open-vcluster/crds";
import {
  type Clock,
  type EventRecorder,
  type KubeClient,
  keyText,
  type Logger,
  type ReconcileResult,
  type RuntimeDeps,
} from "@open-vcluster/runtime";
import { wakeAskers } from "../snapshot/job/asker.ts";
import type { Caches } from "../world/caches.ts";
import { runController, type Waker, type WokenController } from "../world/run-controller.ts";
import { instanceOfSnapshot } from "../world/store-work.ts";
import { takeStep } from "../world/take-step.ts";
import { act } from "./act.ts";
import { decide } from "./decide.ts";
import { observe } from "./observe.ts";
import { record } from "./record.ts";
import { refusalOf, refusedTurn } from "./refusal.ts";
import type { RestoreSettings } from "./settings.ts";
import { snapshotKeyOf } from "./target.ts";

/** What a pass uses. */
export interface RestoreDeps {
  /** Refuses writes as soon as this process no longer leads. */
  readonly client: KubeClient;
  readonly caches: Caches;
  readonly settings: RestoreSettings;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How many restores are worked on at once. */
const WORKERS = 8;

/** Works on VClusterRestores until the signal aborts and the passes under way ended. */
export async function runRestoreController(
  deps: RestoreDeps,
  runtime: RuntimeDeps,
  signal: AbortSignal,
): Promise<void> {
  const spec: WokenController = {
    name: "restore",
    workers: WORKERS,
    reconcile: (key, passSignal) => reconcile(key, deps, passSignal),
    wake: (controller) => wake(deps.caches, controller),
    known: () => deps.caches.restores.keys(),
  };
  await runController(spec, runtime, signal);
}

/** Which events wake which restore. Returns how to stop listening. */
function wake(caches: Caches, controller: Waker): readonly (() => void)[] {
  const enqueue = ({ metadata }: VClusterRestore): void => {
    controller.enqueue(keyText({ namespace: metadata.namespace ?? "", name: metadata.name }));
  };
  const enqueueOf = (instance: string): void => {
    for (const restore of caches.restores.byIndex("instance", instance)) enqueue(restore);
  };
  return [
    caches.restores.onChange(({ key, object, type }) => {
      controller.enqueue(key);
      // Those that wait for their turn.
      if (type === "deleted" || object.status?.completionTime !== undefined) {
        for (const other of caches.restores.list()) enqueue(other);
      }
    }),
    caches.instances.onChange(({ key }) => {
      enqueueOf(key);
    }),
    caches.snapshots.onChange(({ key, object }) => {
      enqueueOf(instanceOfSnapshot(object));
      for (const restore of caches.restores.list()) {
        if (keyText(snapshotKeyOf(restore)) === key) enqueue(restore);
      }
    }),
    wakeAskers("VClusterRestore", caches.jobs, controller),
  ];
}

/** One level-based pass. */
async function reconcile(
  key: string,
  deps: RestoreDeps,
  signal: AbortSignal,
): Promise<ReconcileResult> {
  const { caches, settings, clock } = deps;
  const restore = caches.restores.get(key);
  if (restore === undefined) return {};
  const seen = await observe(restore, deps, signal);
  const { action, turn, requeueAfterMs } = decide(seen, { nowMs: clock.nowMs(), settings });
  const { kind } = action;
  const step = {
    type: VCLUSTER_RESTORE,
    object: restore,
    effect: kind === "none" ? undefined : { kind, perform: () => act(action, seen, deps, signal) },
    record: () => record(restore, turn, deps, signal),
    requeueAfterMs,
  };
  try {
    return await takeStep(step, deps, signal);
  } catch (thrown) {
    const refused = refusalOf(action, thrown);
    if (refused === undefined) {
      await record(restore, refusedTurn(turn, thrown), deps, signal);
      throw thrown;
    }
    const told = { effect: undefined, record: () => record(restore, refused.turn, deps, signal) };
    return takeStep({ ...step, ...told, requeueAfterMs: undefined }, deps, signal);
  }
}
