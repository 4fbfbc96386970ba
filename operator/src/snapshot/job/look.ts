import { Failure, type KubeClient, type KubeObject } from "@open-vcluster/runtime";
import { KINDS } from "../../world/kinds.ts";
import {
  latestProgress,
  parseResult,
  type TaskFailure,
  type TaskProgress,
  type TaskResult,
} from "../worker/result.ts";
import { type JobMark, mayRun } from "./job-mark.ts";
import { workName } from "./manifest.ts";
import { jobTrouble, podTrouble, type WorkPod } from "./pod-trouble.ts";
import type { WorkId } from "./work.ts";

/** How far work is. */
export type WorkSeen =
  | { readonly kind: "absent" }
  /** It, or other work of the same object, is still on its way out: new work would meet it. */
  | { readonly kind: "leaving" }
  | {
      readonly kind: "running";
      readonly progress: TaskProgress | undefined;
      /** Why its pod does not start, as a sentence; undefined if it did. */
      readonly trouble: string | undefined;
    }
  | { readonly kind: "ended"; readonly result: TaskResult };

const LOG_LINES = 5;
const LOG_BYTES = 16_384;

/**
 * Looks at one work: what its worker says, or why there is none.
 *
 * @param jobs - all that the same object asked for
 */
export async function lookAtWork(
  id: WorkId,
  jobs: readonly JobMark[],
  client: KubeClient,
  signal: AbortSignal,
): Promise<WorkSeen> {
  const job = jobs.find(({ name }) => name === workName(id));
  if (job === undefined) return { kind: jobs.some(mayRun) ? "leaving" : "absent" };
  if (job.terminating) return { kind: "leaving" };
  const pods = await client.list<WorkPod>(KINDS.pod, {
    namespace: job.namespace,
    labelSelector: `batch.kubernetes.io/job-name=${job.name}`,
    signal,
  });
  const newest = pods.toSorted((a, b) => createdMs(b) - createdMs(a))[0];
  if (job.state !== "running") return { kind: "ended", result: resultOf(pods, job) };
  const running = newest?.status?.containerStatuses?.[0]?.state?.running;
  if (newest === undefined || running === undefined) {
    return starting(job, newest, client, signal);
  }
  const log = await readLog(client, newest, signal);
  return { kind: "running", progress: latestProgress(log), trouble: undefined };
}

/** Its Secret comes after the Job. Whoever was cut off between the two is followed by one who makes it. */
async function starting(
  { namespace, name }: JobMark,
  pod: WorkPod | undefined,
  client: KubeClient,
  signal: AbortSignal,
): Promise<WorkSeen> {
  const options = { metadataOnly: true, signal };
  const task = await client.get(KINDS.secret, { namespace, name }, options);
  if (task === undefined) return { kind: "absent" };
  const trouble =
    pod === undefined ? await jobTrouble({ namespace, name }, client, signal) : podTrouble(pod);
  return { kind: "running", progress: undefined, trouble };
}

function resultOf(pods: readonly WorkPod[], job: JobMark): TaskResult {
  const terminated = pods
    .toSorted((a, b) => createdMs(b) - createdMs(a))
    .map(({ status }) => status?.containerStatuses?.[0]?.state?.terminated);
  for (const end of terminated) {
    const result = end?.message === undefined ? undefined : parseResult(end.message);
    if (result !== undefined) return result;
  }
  return lost(job, terminated[0]);
}

function lost(
  { state, why }: JobMark,
  end: { readonly reason?: string; readonly exitCode: number } | undefined,
): TaskFailure {
  const last =
    end === undefined ? "no pod of it is left" : `${end.reason ?? "Exit"} ${String(end.exitCode)}`;
  const message =
    state === "failed"
      ? `The worker failed (${why}); ${last}`
      : `The worker left no result; ${last}`;
  return { ok: false, reason: "Interrupted", message, retry: true };
}

async function readLog(client: KubeClient, pod: WorkPod, signal: AbortSignal): Promise<string> {
  const { namespace = "", name } = pod.metadata;
  try {
    const answer = await client.request("GET", `/api/v1/namespaces/${namespace}/pods/${name}/log`, {
      query: { container: "worker", tailLines: LOG_LINES, limitBytes: LOG_BYTES },
      okStatuses: [400, 404, 500],
      signal,
    });
    return answer.status === 200 ? answer.text : "";
  } catch (thrown) {
    // The node may be gone: the Job says so in time.
    if (thrown instanceof Failure && thrown.kind !== "bug") return "";
    throw thrown;
  }
}

function createdMs({ metadata }: KubeObject): number {
  return Date.parse(metadata.creationTimestamp ?? "") || 0;
}
