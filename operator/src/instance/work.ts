import {
  type InstanceStatusPhase,
  isTrouble,
  type VClusterInstance,
  workPhaseOf,
} from "@open-vcluster/crds";

type Status = NonNullable<VClusterInstance["status"]>;

/** What users wait for. */
export const WORKS = ["create", "upgrade", "scale", "suspend", "resume", "delete"] as const;

/** A kind of work. */
export type Work = (typeof WORKS)[number];

/** Work, and since when it is under way, Unix milliseconds. */
export interface WorkUnderWay {
  readonly work: Work;
  readonly sinceMs: number;
}

/** What users call the work that a phase shows. */
const WORK_OF: Readonly<Partial<Record<InstanceStatusPhase, Work>>> = {
  Creating: "create",
  Updating: "upgrade",
  Scaling: "scale",
  Suspending: "suspend",
  Resuming: "resume",
};

/**
 * What is under way, by the status alone, so that a restarted operator knows it as well as the one before. Pure.
 *
 * Work that turns into other work, as a suspension during an upgrade does, is the last one since the first began.
 */
export function workUnderWay({ metadata, status }: VClusterInstance): WorkUnderWay | undefined {
  if (metadata.deletionTimestamp !== undefined) {
    return { work: "delete", sinceMs: Date.parse(metadata.deletionTimestamp) };
  }
  const reconciling = status?.conditions?.find(({ type }) => type === "Reconciling");
  const phase = workPhaseOf(reconciling);
  const work = phase === undefined ? undefined : WORK_OF[phase];
  if (reconciling === undefined || work === undefined) return undefined;
  const since = isFirst(work, status) ? metadata.creationTimestamp : reconciling.lastTransitionTime;
  return { work, sinceMs: Date.parse(since ?? reconciling.lastTransitionTime) };
}

/** An instance whose release was lost is created again, and not since its own creation. */
function isFirst(work: Work, status: Status | undefined): boolean {
  return work === "create" && (status?.observedGeneration ?? -1) < 0;
}

/** The work that a new status ends well; undefined when it ends none. Pure. */
export function workDone(before: VClusterInstance, after: Status): WorkUnderWay | undefined {
  const isReady = (status: Status | undefined): boolean => readyOf(status)?.status === "True";
  return isReady(after) && !isReady(before.status) ? workUnderWay(before) : undefined;
}

/** The reason to look into that a new status is the first to tell. Pure. */
export function newTrouble(before: VClusterInstance, after: Status): string | undefined {
  const reason = readyOf(after)?.reason;
  if (reason === undefined || reason === readyOf(before.status)?.reason) return undefined;
  return isTrouble(reason) ? reason : undefined;
}

type Ready = NonNullable<Status["conditions"]>[number];

function readyOf(status: Status | undefined): Ready | undefined {
  return status?.conditions?.find(({ type }) => type === "Ready");
}
