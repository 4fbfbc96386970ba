import type { VClusterInstance, VClusterOperation } from "@open-vcluster/crds";
import { type Condition, type OwnedStatus, setCondition } from "@open-vcluster/runtime";
import type { OperationDecision } from "./decision.ts";
import type { Ending } from "./ending.ts";
import type { OperationSeen } from "./observe.ts";
import { targetOf } from "./target.ts";

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
      return followed(started(before, seen, decision.target, times), seen, times);
    case "end":
      return ended(before, seen.operation, decision.ending, times);
  }
}

function started(
  before: Status,
  { operation }: OperationSeen,
  { metadata }: VClusterInstance,
  { nowMs }: StatusTimes,
): Status {
  const ready = {
    status: "Unknown",
    reason: "Applied",
    message: "The instance carries the operation; the operator is at work",
  } as const;
  return {
    ...before,
    state: "Running",
    phase: "Running",
    ...observed(operation, { Ready: ready }, nowMs),
    targetUid: metadata.uid ?? "",
    targetGeneration: metadata.generation ?? 0,
    startedAt: timeText(nowMs),
  };
}

function followed(before: Status, seen: OperationSeen, { nowMs }: StatusTimes): Status {
  const target = targetOf(seen);
  if (target === undefined) return before;
  const stage = stageOf(target);
  if (stage.name === before.stage) return before;
  const step = { ...stage, startedAt: timeText(nowMs) };
  return { ...before, stage: stage.name, steps: withStep(before.steps ?? [], step) };
}

function stageOf({ status }: VClusterInstance): Pick<Step, "name" | "message"> {
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
    ...observed(operation, verdictsOf(ending), nowMs),
    finishedAt: timeText(nowMs),
    expiresAt: timeText(nowMs + retentionMs),
    ...(ending.state === "Succeeded" ? {} : { error: ending.error }),
  };
}

type Verdict = Pick<Condition, "status" | "reason" | "message">;

type Verdicts = Readonly<Partial<Record<"Ready" | "Stalled", Verdict>>>;

/** What failed is Stalled as well: tools that know conditions alone would wait for its success for ever. */
function verdictsOf(ending: Ending): Verdicts {
  if (ending.state === "Succeeded") {
    return { Ready: { status: "True", reason: "Succeeded", message: "It was carried out" } };
  }
  const { reason, message } = ending.error;
  return {
    Ready: { status: "False", reason, message },
    Stalled: { status: "True", reason, message },
  };
}

function observed(
  { metadata, status }: VClusterOperation,
  verdicts: Verdicts,
  nowMs: number,
): Pick<Status, "observedGeneration" | "conditions"> {
  const observedGeneration = metadata.generation ?? 0;
  const before = (status?.conditions ?? []) as readonly Condition[];
  const conditions = Object.entries(verdicts).reduce<readonly Condition[]>(
    (known, [type, verdict]) =>
      setCondition(known, { type, ...verdict, observedGeneration }, nowMs),
    before,
  );
  return { observedGeneration, conditions };
}

function timeText(ms: number): string {
  return new Date(ms).toISOString();
}
