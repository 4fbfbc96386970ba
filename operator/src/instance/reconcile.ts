import { TRACEPARENT_ANNOTATION, type VClusterInstance } from "@open-vcluster/crds";
import {
  type Clock,
  type EventNote,
  type EventRecorder,
  type Failure,
  failureOf,
  type Logger,
  type ReconcileResult,
} from "@open-vcluster/runtime";
import type { InstanceMeter } from "../metrics/instance-meter.ts";
import type { InstanceKey, Reads } from "../world/reads.ts";
import { traceFields } from "../world/trace.ts";
import type { InstanceAction } from "./action.ts";
import type { Account } from "./condition/verdict.ts";
import { decide } from "./decide.ts";
import type { Decision } from "./decision.ts";
import { noteEffect } from "./effect-story.ts";
import type { EffectContext, EffectPorts } from "./effects/context.ts";
import type { Outcome } from "./effects/effect.ts";
import type { InstanceGlances } from "./glances.ts";
import { locate, observe } from "./observe.ts";
import { record } from "./record.ts";
import type { InstanceSeen } from "./seen.ts";
import { statusOf } from "./status.ts";
import { noteTransitions } from "./story.ts";

/** What a pass uses. */
export interface ReconcileDeps extends EffectPorts {
  /** The informers: free, and possibly behind. */
  readonly cached: { readonly reads: Reads; readonly glances: InstanceGlances };
  /** The API server itself. */
  readonly live: { readonly reads: Reads; readonly glances: InstanceGlances };
  /** Performs one effect. */
  readonly act: (
    action: Exclude<InstanceAction, { kind: "none" }>,
    context: EffectContext,
    signal: AbortSignal,
  ) => Promise<Outcome>;
  readonly events: EventRecorder;
  readonly meter: InstanceMeter;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Effects whose request holds only for what was read (by resourceVersion), so that deciding them on a cache that is
 * behind is harmless: the API server refuses, and the next event decides again.
 */
const GUARDED: ReadonlySet<InstanceAction["kind"]> = new Set(["addFinalizer"]);

/** Steps of one pass: more than any life needs in a row, few enough that other instances get their turn. */
const MAX_STEPS = 24;

/**
 * One level-based pass.
 *
 * The caches decide whether there is anything to do; what is done is always decided on the API server's own
 * answers, one effect at a time, each followed by another look. A crash between any two lines is a non-event.
 */
export async function reconcile(
  key: InstanceKey,
  deps: ReconcileDeps,
  signal: AbortSignal,
): Promise<ReconcileResult> {
  const instance = await deps.cached.reads.instance(key, signal);
  if (instance === undefined) return {};
  const seen = await look(instance, deps, "cached", signal);
  const decision = decide(seen, contextOf(deps));
  const { kind } = decision.action;
  if (kind !== "none" && !GUARDED.has(kind)) return takeSteps(key, deps, signal);
  await carryOut(decision, seen, deps, signal);
  return resultOf(decision);
}

async function takeSteps(
  key: InstanceKey,
  deps: ReconcileDeps,
  signal: AbortSignal,
): Promise<ReconcileResult> {
  for (let taken = 0; taken < MAX_STEPS; taken += 1) {
    const instance = await deps.live.reads.instance(key, signal);
    if (instance === undefined) return {};
    const seen = await look(instance, deps, "live", signal);
    const decision = decide(seen, contextOf(deps));
    await carryOut(decision, seen, deps, signal);
    if (decision.action.kind === "none" || decision.requeueAfterMs !== undefined) {
      return resultOf(decision);
    }
  }
  return { requeueAfterMs: 0 };
}

/** Acts, writes down how it went, and passes a failure on to the queue's back-off. */
async function carryOut(
  decision: Decision,
  seen: InstanceSeen,
  deps: ReconcileDeps,
  signal: AbortSignal,
): Promise<void> {
  const { outcome, failure } = await attempt(decision, seen, deps, signal);
  if (failure === undefined) remark(noteEffect(decision, seen, deps.clock.nowMs()), deps);
  await tell({ seen, failure, evictions: outcome.evictions ?? [] }, decision, deps, signal);
  if (failure !== undefined) throw failure;
}

function look(
  instance: VClusterInstance,
  deps: ReconcileDeps,
  source: "cached" | "live",
  signal: AbortSignal,
): Promise<InstanceSeen> {
  const { settings, clock } = deps;
  return observe(instance, { ...deps[source], settings, nowMs: clock.nowMs() }, signal);
}

function contextOf({ clock, settings }: ReconcileDeps): {
  readonly nowMs: number;
  readonly settings: ReconcileDeps["settings"];
} {
  return { nowMs: clock.nowMs(), settings };
}

async function attempt(
  decision: Decision,
  seen: InstanceSeen,
  deps: ReconcileDeps,
  signal: AbortSignal,
): Promise<{ readonly outcome: Outcome; readonly failure: Failure | undefined }> {
  const { action, why } = decision;
  if (action.kind === "none") return { outcome: {}, failure: undefined };
  const { namespace, name, generation, annotations } = seen.instance.metadata;
  const trace = traceFields(annotations?.[TRACEPARENT_ANNOTATION]);
  const fields = { namespace, name, generation, ...trace, effect: action.kind };
  deps.logger.info({ ...fields, why }, "Acting");
  const startedMs = deps.clock.monotonicMs();
  try {
    const { client, helm, releases, settings, clock } = deps;
    const context: EffectContext = {
      client,
      helm,
      releases,
      settings,
      seen,
      at: locate(seen.instance),
      nowMs: clock.nowMs(),
    };
    const outcome = await deps.act(action, context, signal);
    const durationMs = deps.clock.monotonicMs() - startedMs;
    deps.meter.acted(action.kind, undefined, durationMs);
    deps.logger.info({ ...fields, durationMs: Math.round(durationMs) }, "Acted");
    return { outcome, failure: undefined };
  } catch (thrown) {
    signal.throwIfAborted();
    const failure = failureOf(thrown);
    deps.meter.acted(action.kind, failure, deps.clock.monotonicMs() - startedMs);
    return { outcome: {}, failure };
  }
}

/** Writes the status down, and an event where the story takes a turn. Removing the finalizer ends the story. */
async function tell(
  account: Account,
  decision: Decision,
  deps: ReconcileDeps,
  signal: AbortSignal,
): Promise<void> {
  const { instance } = account.seen;
  const nowMs = deps.clock.nowMs();
  if (decision.action.kind === "removeFinalizer" && account.failure === undefined) {
    deps.meter.removed(instance, nowMs);
    return;
  }
  const status = statusOf(account, nowMs);
  const acted = decision.action.kind !== "none";
  if (!(await record({ instance, status, acted }, deps.client, signal))) return;
  deps.meter.told(instance, status, nowMs);
  for (const note of noteTransitions(instance, status, nowMs)) remark(note, deps);
}

function remark(note: EventNote | undefined, { events }: ReconcileDeps): void {
  if (note !== undefined) events.record(note);
}

function resultOf({ requeueAfterMs }: Decision): ReconcileResult {
  return requeueAfterMs === undefined ? {} : { requeueAfterMs };
}
