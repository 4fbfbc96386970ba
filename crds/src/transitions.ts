import type { InstanceStatusPhase } from "./gen/vcluster-instance.ts";

/** What moves an instance from one phase to the next. */
export type PhaseEvent =
  | "Allocated"
  | "Completed"
  | "Stopped"
  | "Failed"
  | "Recovered"
  | "Retried"
  | "DrainAborted"
  | "ScaleRequested"
  | "UpdateRequested"
  | "SuspendRequested"
  | "ResumeRequested"
  | "SnapshotRequested"
  | "RestoreRequested"
  | "DeleteRequested";

type Exits = Readonly<Partial<Record<PhaseEvent, InstanceStatusPhase>>>;

const toDeletion: Exits = { DeleteRequested: "Deleting" };
const requests: Exits = {
  ScaleRequested: "Scaling",
  UpdateRequested: "Updating",
  SuspendRequested: "Suspending",
  SnapshotRequested: "Snapshotting",
  RestoreRequested: "Restoring",
};
const atWork: Exits = { ...requests, ...toDeletion, Completed: "Running", Failed: "Error" };

/**
 * The exits of each phase. A change of mind is followed at once, so work in progress can turn
 * into other work; Suspending can end in Running when its drain is given up; any phase can be
 * deleted, and an instance that is deleted comes back from nowhere.
 */
export const TRANSITIONS: Readonly<Record<InstanceStatusPhase, Exits>> = {
  Pending: { ...toDeletion, Allocated: "Creating", Failed: "Error" },
  Creating: { ...atWork, Stopped: "Suspended" },
  Running: {
    ...requests,
    ...toDeletion,
    Failed: "Error",
  },
  Scaling: atWork,
  Updating: atWork,
  Suspending: {
    ...toDeletion,
    Stopped: "Suspended",
    DrainAborted: "Running",
    SnapshotRequested: "Snapshotting",
    RestoreRequested: "Restoring",
    ResumeRequested: "Resuming",
    Failed: "Error",
  },
  Suspended: {
    ...toDeletion,
    ResumeRequested: "Resuming",
    SnapshotRequested: "Snapshotting",
    RestoreRequested: "Restoring",
    Failed: "Error",
  },
  Resuming: atWork,
  Snapshotting: {
    ...requests,
    ...toDeletion,
    Completed: "Running",
    Stopped: "Suspended",
    ResumeRequested: "Resuming",
    Failed: "Error",
  },
  Restoring: {
    ...requests,
    ...toDeletion,
    Completed: "Running",
    Stopped: "Suspended",
    ResumeRequested: "Resuming",
    Failed: "Error",
  },
  Deleting: {},
  Error: {
    ...requests,
    ...toDeletion,
    Recovered: "Running",
    Retried: "Creating",
    Stopped: "Suspended",
    ResumeRequested: "Resuming",
  },
};

/** The phase that an event leads to, or undefined if it cannot happen in this phase. */
export function transition(
  from: InstanceStatusPhase,
  event: PhaseEvent,
): InstanceStatusPhase | undefined {
  return TRANSITIONS[from][event];
}

/** Whether an observer may see `to` directly after `from`; staying is always allowed. */
export function isTransitionAllowed(from: InstanceStatusPhase, to: InstanceStatusPhase): boolean {
  return from === to || Object.values(TRANSITIONS[from]).includes(to);
}
