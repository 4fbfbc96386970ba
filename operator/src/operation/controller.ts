import type { VClusterOperation } from "@open-vcluster/crds";
import {
  type Clock,
  type KubeClient,
  type Logger,
  type Metrics,
  parseKeyText,
  type ReconcileResult,
  type RuntimeDeps,
  type Tracing,
} from "@open-vcluster/runtime";
import { OPERATION_DURATION } from "../metrics/catalog.ts";
import type { Caches } from "../world/caches.ts";
import type { OperationMark } from "../world/operation-mark.ts";
import { runController, type Waker, type WokenController } from "../world/run-controller.ts";
import { traceFields } from "../world/trace.ts";
import { removeOperation } from "./act.ts";
import { decide } from "./decide.ts";
import type { OperationDecision } from "./decision.ts";
import { type OperationSeen, observeCached, observeLive } from "./observe.ts";
import { record } from "./record.ts";
import { expiresAtMs, expiryOf } from "./retention.ts";
import type { OperationSettings } from "./settings.ts";
import { statusOf } from "./status.ts";

/** What a pass uses. */
export interface OperationDeps {
  /** Refuses writes as soon as this process no longer leads. */
  readonly client: KubeClient;
  readonly caches: Caches;
  readonly settings: OperationSettings;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly tracing: Tracing;
  readonly metrics: Metrics;
}

/** How many operations are worked on at once. */
const WORKERS = 8;
/** The one key of the controller that removes operations. */
const EXPIRED = "expired";

/** Follows operations, and removes those that ended long ago, until the signal aborts and the passes under way ended. */
export async function runOperationController(
  deps: OperationDeps,
  runtime: RuntimeDeps,
  signal: AbortSignal,
): Promise<void> {
  const following: WokenController = {
    name: "operation",
    workers: WORKERS,
    reconcile: (key, passSignal) => reconcile(key, deps, passSignal),
    wake: (controller) => wakeOpen(deps.caches, controller),
    known: () => openKeys(deps.caches.operations.list()),
  };
  const removing: WokenController = {
    name: "operation-retention",
    workers: 1,
    reconcile: (_key, passSignal) => removeExpired(deps, passSignal),
    wake: (controller) => [wakeExpired(deps, controller)],
    known: () => [EXPIRED],
  };
  await Promise.all([
    runController(following, runtime, signal),
    runController(removing, runtime, signal),
  ]);
}

/** Which events wake which open operation. Returns how to stop listening. */
function wakeOpen(caches: Caches, controller: Waker): readonly (() => void)[] {
  const follow = (index: "target" | "object", key: string): void => {
    for (const open of openKeys(caches.operations.byIndex(index, key))) controller.enqueue(open);
  };
  return [
    caches.operations.onChange(({ key, object }) => {
      if (object.kind === "open") controller.enqueue(key);
    }),
    caches.instances.onChange(({ key }) => {
      follow("target", key);
    }),
    caches.snapshots.onChange(({ key }) => {
      follow("object", `VClusterSnapshot/${key}`);
    }),
    caches.restores.onChange(({ key }) => {
      follow("object", `VClusterRestore/${key}`);
    }),
  ];
}

function wakeExpired({ caches, settings, clock }: OperationDeps, controller: Waker): () => void {
  return caches.operations.onChange(({ object, type }) => {
    if (object.kind === "open" || type === "deleted") return;
    controller.enqueueAfter(EXPIRED, expiresAtMs(object, settings.retentionMs) - clock.nowMs());
  });
}

function openKeys(marks: Iterable<OperationMark>): readonly string[] {
  return [...marks].flatMap((mark) => (mark.kind === "open" ? [keyOf(mark.operation)] : []));
}

/**
 * One level-based pass. An end is for ever, so it is decided again on the API server's own answers: a cache that is
 * behind may not know the stamp, or the instance, yet.
 */
async function reconcile(
  key: string,
  deps: OperationDeps,
  signal: AbortSignal,
): Promise<ReconcileResult> {
  const { client, caches, settings, clock } = deps;
  const cached = observeCached(caches, parseKeyText(key));
  if (cached === undefined) return {};
  const context = { nowMs: clock.nowMs(), settings };
  const decision = decide(cached, context);
  if (decision.kind !== "end") return carryOut(cached, decision, deps, signal);
  const live = await observeLive(client, parseKeyText(key), signal);
  return live === undefined ? {} : carryOut(live, decide(live, context), deps, signal);
}

async function carryOut(
  seen: OperationSeen,
  decision: OperationDecision,
  { client, settings, clock, logger, tracing, metrics }: OperationDeps,
  signal: AbortSignal,
): Promise<ReconcileResult> {
  const { operation } = seen;
  const times = { nowMs: clock.nowMs(), retentionMs: settings.retentionMs };
  const status = statusOf(seen, decision, times);
  await record(operation, status, client, signal);
  if (decision.kind === "wait") return { requeueAfterMs: decision.requeueAfterMs };
  logger.info(
    { ...logFieldsOf(operation), state: status.state, reason: status.error?.reason },
    decision.kind === "start" ? "Operation started" : "Operation ended",
  );
  if (decision.kind === "end") {
    trace(operation, status, tracing);
    measure(operation, status, metrics);
  }
  return {};
}

/** By the times of the object itself, so that it does not matter which process accepted it. */
function measure(
  { metadata, spec }: VClusterOperation,
  { state = "Pending", finishedAt }: NonNullable<VClusterOperation["status"]>,
  metrics: Metrics,
): void {
  const durationMs = Date.parse(finishedAt ?? "") - Date.parse(metadata.creationTimestamp ?? "");
  metrics
    .histogram(OPERATION_DURATION)
    .observe({ method: spec.method, state }, Math.max(0, durationMs) / 1_000);
}

/** The whole of an operation as one span of the trace that its call belongs to. */
function trace(
  { metadata, spec }: VClusterOperation,
  { state = "Pending", error }: NonNullable<VClusterOperation["status"]>,
  tracing: Tracing,
): void {
  if (spec.traceparent === undefined) return;
  tracing
    .start({
      name: `operation ${spec.method}`,
      parent: spec.traceparent,
      startMs: Date.parse(metadata.creationTimestamp ?? ""),
    })
    .end({ "operation.id": metadata.name, "operation.state": state }, error?.reason);
}

async function removeExpired(
  { client, caches, settings, clock }: OperationDeps,
  signal: AbortSignal,
): Promise<ReconcileResult> {
  const { expired, nextInMs } = expiryOf(
    caches.operations.list(),
    settings.retentionMs,
    clock.nowMs(),
  );
  for (const ended of expired) await removeOperation(ended, client, signal);
  return { requeueAfterMs: nextInMs };
}

function keyOf({ metadata }: VClusterOperation): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}

function logFieldsOf({ metadata, spec }: VClusterOperation): Readonly<Record<string, string>> {
  const { namespace, name } = spec.target;
  return {
    operation: metadata.name,
    method: spec.method,
    namespace,
    name,
    ...traceFields(spec.traceparent),
  };
}
