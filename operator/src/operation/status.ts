import type { VClusterOperation } from "@open-vcluster/crds";
import type { OwnedStatus } from "@open-vcluster/runtime";
import { toldOf, type Verdict } from "../world/verdict.ts";
import type { OperationDecision } from "./decision.ts";
import type { Ending } from "./ending.ts";
import type { OperationSeen, Subject } from "./observe.ts";
import { subjectOf } from "./target.ts";

type Status = NonNullable<VClusterOperation["status"]>;
type Step = NonNullable<Status["steps"]>[number];

/** The bound of the schema. */
const MAX_STEPS = 32;

/** The parts of the status that this controller writes: all of it. */
export const OWNED: OwnedStatus = {
  fields: [
    "state",
    "phase",
    "observedGeneration",
    "targetUid",
    "targetGeneration",
    "startedAt",
    "finishedAt",
    "expiresAt",
    "stage",
    "steps",
    "error",
  ],
  conditionTypes: ["Ready", "Stalled"],
};

/** When the status is written, and for how long it is kept. */
export interface StatusTimes {
  readonly nowMs: number;
  readonly retentionMs: number;
}

/** The whole status after a decision; what an operation that waits for its effect has already stays. Pure. */
export function statusOf(
  seen: OperationSeen,
  decision: OperationDecision,
  times: StatusTimes,
): Status {
  const before = seen.operation.status ?? {};
  switch (decision.kind) {
    case "wait":
      return before.state === "Running" ? followed(before, seen, times) : before;
    case "start":
      return followed(started(before, seen, decision.subject, times), seen, times);
    case "end":
      return ended(before, seen.operation, decision.ending, times);
  }
}

function started(
  before: Status,
  { operation }: OperationSeen,
  { metadata }: Subject,
  { nowMs }: StatusTimes,
): Status {
  const applied = {
    ready: "Unknown",
    reason: "Applied",
    message: "Its effect was seen; the operator is at work",
  } as const;
  return {
    ...before,
    state: "Running",
    phase: "Running",
    ...toldOf(operation, applied, nowMs),
    targetUid: metadata.uid ?? "",
    targetGeneration: metadata.generation ?? 0,
    startedAt: exactTimeText(nowMs),
  };
}

function followed(before: Status, seen: OperationSeen, { nowMs }: StatusTimes): Status {
  const subject = subjectOf(seen);
  if (subject === undefined) return before;
  const stage = stageOf(subject);
  if (stage.name === before.stage) return before;
  const step = { ...stage, startedAt: exactTimeText(nowMs) };
  return { ...before, stage: stage.name, steps: withStep(before.steps ?? [], step) };
}

function stageOf({ status }: Subject): Pick<Step, "name" | "message"> {
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  return { name: ready?.reason ?? status?.phase ?? "Pending", message: ready?.message ?? "" };
}

/** The first step tells where it began; of the rest the newest matter. */
function withStep(steps: readonly Step[], step: Step): readonly Step[] {
  if (steps.length < MAX_STEPS) return [...steps, step];
  return [...steps.slice(0, 1), ...steps.slice(2 - MAX_STEPS), step];
}

function ended(
  { stage: _over, ...before }: Status,
  operation: VClusterOperation,
  ending: Ending,
  { nowMs, retentionMs }: StatusTimes,
): Status {
  return {
    ...before,
    state: ending.state,
    phase: ending.state,
    ...toldOf(operation, verdictOf(ending), nowMs),
    finishedAt: exactTimeText(nowMs),
    expiresAt: exactTimeText(nowMs + retentionMs),
    ...(ending.state === "Succeeded" ? {} : { error: ending.error }),
  };
}

function verdictOf(ending: Ending): Verdict {
  if (ending.state === "Succeeded") {
    return { ready: "True", reason: "Succeeded", message: "It was carried out" };
  }
  const { reason, message } = ending.error;
  return { ready: "False", reason, message, isFinal: true };
}

/** In milliseconds: the promised retention is kept to the full, and durations are measured by these times. */
function exactTimeText(ms: number): string {
  return new Date(ms).toISOString();
}
