import type { SnapshotReason } from "@open-vcluster/crds";
import { storedResource } from "../snapshot/engine/index.ts";
import { pauseMs } from "../snapshot/job/pause.ts";
import { progressOf } from "../snapshot/job/progress-of.ts";
import { reasonOf } from "../snapshot/reason-of.ts";
import type {
  RestoreResult,
  TaskFailure,
  TaskResult,
  VerifyResult,
} from "../snapshot/worker/result.ts";
import type { RestoreWork } from "./action.ts";
import {
  act,
  type DecideContext,
  type RestoreDecision,
  type Turn,
  turn as turnTo,
  waitFor,
} from "./decision.ts";
import type { RestoreSeen, RestoreStatus } from "./seen.ts";

type Success = Exclude<TaskResult, TaskFailure>;

/** Work, and what comes of it. */
export interface WantedWork<Result extends Success> {
  readonly work: RestoreWork;
  /** Whether it is what was asked for. */
  readonly isAnswer: (result: Success) => result is Result;
  /** Where the restore is meanwhile. */
  readonly turn: Turn;
}

/** How far it is. */
export type WorkOutcome<Result> =
  | { readonly kind: "wait"; readonly decision: RestoreDecision }
  | { readonly kind: "done"; readonly result: Result }
  | { readonly kind: "failed"; readonly reason: SnapshotReason; readonly message: string };

/** Begins work, follows it, and begins it anew where that may help. Pure. */
export function workOn<Result extends Success>(
  wanted: WantedWork<Result>,
  seen: RestoreSeen,
  context: DecideContext,
): WorkOutcome<Result> {
  const { settings } = context;
  const {
    work: { step },
    turn,
  } = wanted;
  const work = seen.work[step];
  switch (work.kind) {
    case "absent":
      return { kind: "wait", decision: beginWhenDue(wanted, seen, context) };
    case "leaving":
      return { kind: "wait", decision: waitFor(turn, settings.pollMs) };
    case "running": {
      const message = work.trouble ?? turn.message;
      const progress = work.progress === undefined ? undefined : progressOf(work.progress);
      const change = { ...turn.change, progress };
      const next = { ...turn, message, change };
      return { kind: "wait", decision: waitFor(next, settings.pollMs) };
    }
    case "ended":
      return over(wanted, work.result, seen, settings.mostAttempts);
  }
}

function beginWhenDue(
  wanted: Pick<WantedWork<Success>, "work" | "turn">,
  seen: RestoreSeen,
  { nowMs, settings: { pollMs } }: DecideContext,
): RestoreDecision {
  const { restore, jobs } = seen;
  const pause = pauseMs({ jobs, attempts: restore.status?.attempts ?? 0, pollMs, nowMs });
  return pause > 0
    ? { action: { kind: "none" }, requeueAfterMs: pause }
    : begin(wanted, seen, pollMs);
}

function begin(
  { turn, work }: Pick<WantedWork<Success>, "work" | "turn">,
  { store, place }: RestoreSeen,
  pollMs: number,
): RestoreDecision {
  if (place.kind === "refused") {
    const { reason, message } = place;
    return waitFor({ ...turn, reason, message }, pollMs);
  }
  const startWork = act({ kind: "startWork", ...work }, turn);
  if (work.step === "verify") return startWork;
  switch (store?.kind) {
    case "closed":
      return { ...act({ kind: "openStore" }, turn), requeueAfterMs: pollMs };
    case undefined:
    case "waiting":
    case "unsupported":
      return waitFor({ ...turn, message: store?.why ?? turn.message }, pollMs);
    case "ready":
      return startWork;
  }
}

function over<Result extends Success>(
  { work: { step }, isAnswer, turn }: WantedWork<Result>,
  result: TaskResult,
  { restore }: RestoreSeen,
  mostAttempts: number,
): WorkOutcome<Result> {
  if (!result.ok) {
    const attempts = (restore.status?.attempts ?? 0) + 1;
    if (!result.retry || attempts >= mostAttempts) return failed(result);
    const message = `Tried again: ${result.message}`;
    const change = { ...turn.change, attempts, progress: undefined };
    return { kind: "wait", decision: turnTo({ ...turn, message, change }) };
  }
  if (isAnswer(result)) return { kind: "done", result };
  const message = `The worker answered ${result.operation} where ${step} was asked for`;
  return { kind: "failed", reason: "WorkerFailed", message };
}

function failed({ reason, message }: TaskFailure): Extract<WorkOutcome<never>, { kind: "failed" }> {
  return { kind: "failed", reason: reasonOf(reason), message };
}

/** Whether a worker compared a snapshot with a store, or wrote it there. */
export function isOfStore(result: Success): result is RestoreResult {
  return result.operation === "plan" || result.operation === "restore";
}

/** Whether a worker read a snapshot. */
export function isReading(result: Success): result is VerifyResult {
  return result.operation === "verify";
}

/** What a worker counted, as the status tells it. Pure. */
export function planOf({
  puts,
  deletes,
  unchanged,
  kinds,
  sample,
}: RestoreResult): NonNullable<RestoreStatus["plan"]> {
  const changed = kinds.map(({ prefix, ...counts }) => ({
    kind: storedResource(prefix),
    ...counts,
  }));
  return { puts, deletes, unchanged, kinds: changed, sample };
}
