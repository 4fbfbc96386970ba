import { WORK_ANNOTATION } from "@open-vcluster/crds";
import type { KubeObject } from "@open-vcluster/runtime";

/** What is known of a worker's Job without looking at its pods. */
export interface JobMark {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Who asked for it, as `KIND/NAMESPACE/NAME`; empty if nobody did. */
  readonly asker: string;
  readonly terminating: boolean;
  readonly state: "running" | "complete" | "failed";
  /** When it ended, epoch milliseconds; 0 while it runs. */
  readonly endedMs: number;
  /** Why it failed, in the words of the Job controller; empty unless it did. */
  readonly why: string;
}

interface JobBody {
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
      readonly lastTransitionTime?: string;
    }[];
  };
}

/** Pure. */
export function jobMarkOf(raw: KubeObject): JobMark {
  const { name, namespace = "", uid = "", annotations = {}, deletionTimestamp } = raw.metadata;
  return {
    namespace,
    name,
    uid,
    asker: annotations[WORK_ANNOTATION] ?? "",
    terminating: deletionTimestamp !== undefined,
    ...endOf(raw as unknown as JobBody),
  };
}

/** The next Job that is to be removed; undefined when all that are left are on their way out. Pure. */
export function nextToEnd(jobs: readonly JobMark[]): JobMark | undefined {
  return jobs.find(({ terminating }) => !terminating);
}

/** Whether a pod of it may be at work. Pure. */
export function mayRun({ terminating, state }: JobMark): boolean {
  return terminating || state === "running";
}

function endOf({ status }: JobBody): Pick<JobMark, "state" | "endedMs" | "why"> {
  const held = (status?.conditions ?? []).filter(({ status: holds }) => holds === "True");
  const end =
    held.find(({ type }) => type === "Failed") ?? held.find(({ type }) => type === "Complete");
  if (end === undefined) return { state: "running", endedMs: 0, why: "" };
  const { type, reason = "Failed", message = "", lastTransitionTime = "" } = end;
  const endedMs = Date.parse(lastTransitionTime) || 0;
  return type === "Complete"
    ? { state: "complete", endedMs, why: "" }
    : { state: "failed", endedMs, why: `${reason}: ${message}` };
}
