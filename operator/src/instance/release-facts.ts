import { FAILED_DIGEST_ANNOTATION, SERVED_ANNOTATION } from "@open-vcluster/crds";
import type { ReleaseRevision, ReleaseState } from "../helm/releases.ts";
import { type DesiredRelease, isSameRelease } from "./desire.ts";
import type { ServedVersions } from "./past.ts";
import type { HostSeen, InstanceSeen, NamespaceSeen } from "./seen.ts";

/** The revision whose objects are in the cluster, if one was ever deployed. Pure. */
export function runningRevision(
  state: ReleaseState,
  revisions: readonly ReleaseRevision[],
): ReleaseRevision | undefined {
  if (state.kind === "deployed") return state.current;
  return revisions
    .filter(({ ours, status }) => ours && (status === "deployed" || status === "superseded"))
    .at(-1);
}

/**
 * The versions that wrote what is in the store: those of the newest revision that was seen serving, else those that
 * were remembered when it was replaced. Failing both, the control plane's own kubeconfig proves that something served,
 * and the running revision is taken; without any nothing ever did. Pure.
 */
export function servedVersions(host: HostSeen): ServedVersions | undefined {
  const { releases, release, namespace } = host;
  const healthy = releases.filter((revision) => revision.ours && revision.healthy).at(-1);
  if (healthy !== undefined) return healthy;
  const mark = namespace.kind === "ours" ? namespace.annotations[SERVED_ANNOTATION] : undefined;
  const [chart = "", kubernetes = ""] = mark?.split("/") ?? [];
  if (kubernetes !== "") return { chart, kubernetes };
  return host.syncerKubeconfig === undefined ? undefined : runningRevision(release, releases);
}

/** The text by which the versions of a revision are remembered. Pure. */
export function servedMark({ chart, kubernetes }: ServedVersions): string {
  return `${chart}/${kubernetes}`;
}

/** The newest revision, when Helm finished it. Pure. */
export function deployedRevision(seen: HostSeen): ReleaseRevision | undefined {
  return seen.release.kind === "deployed" ? seen.release.current : undefined;
}

/** The desired release, unless the spec is refused. Pure. */
export function desiredRelease(seen: InstanceSeen): DesiredRelease | undefined {
  return seen.desire.kind === "release" ? seen.desire.release : undefined;
}

/** What names a set of values in the mark of a failed upgrade. Pure. */
export function releaseDigest(release: {
  readonly chartVersion: string;
  readonly kubernetesVersion: string;
  readonly valuesDigest: string;
}): string {
  return `${release.chartVersion}/${release.kubernetesVersion}/${release.valuesDigest}`;
}

/** The same, of a revision. Pure. */
export function revisionDigest(revision: ReleaseRevision): string {
  return `${revision.chart}/${revision.kubernetes}/${revision.valuesDigest}`;
}

/** The upgrade that failed last and must not be tried again. Pure. */
export function failedDigest(namespace: NamespaceSeen): string | undefined {
  return namespace.kind === "ours" ? namespace.annotations[FAILED_DIGEST_ANNOTATION] : undefined;
}

/** Whether the desired release is one that failed before and was left. Pure. */
export function isKnownToFail(seen: InstanceSeen): boolean {
  const desired = desiredRelease(seen);
  if (desired === undefined || isInSync(seen)) return false;
  return failedDigest(seen.namespace) === releaseDigest(desired);
}

/** Pauses between runs of Helm that fail on the same release, milliseconds. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 300_000;

/**
 * How long Helm is not run again on a release that it failed on last; 0 or less: it may. Pure.
 *
 * Every failed run leaves a revision, and its event would start the next run at once. The number of failed runs
 * is the distance to the revision that is deployed, so a restart forgets nothing.
 */
export function pauseAfterFailureMs({ release }: HostSeen, digest: string, nowMs: number): number {
  if (release.kind !== "failed" || revisionDigest(release.current) !== digest) return 0;
  const failures = release.current.revision - (release.deployed?.revision ?? 0);
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(failures, 20), LONGEST_PAUSE_MS);
  return release.current.modifiedAtMs + pauseMs - nowMs;
}

/** Whether the deployed revision is the desired release. Pure. */
export function isInSync(seen: InstanceSeen): boolean {
  const desired = desiredRelease(seen);
  const current = deployedRevision(seen);
  return desired !== undefined && current !== undefined && isSameRelease(desired, current);
}

/** Whether every wanted pod of the control plane belongs to the current revision and is ready. Pure. */
export function isRolledOut(seen: HostSeen): boolean {
  const current = deployedRevision(seen);
  const workload = seen.controlPlane;
  if (current === undefined || workload?.render !== current.valuesDigest) return false;
  const { settled, replicas, updated, ready } = workload;
  const counts = [updated, workload.current, ready];
  return settled && replicas > 0 && counts.every((count) => count === replicas);
}

/** Whether the suspended release has no pod left, of the control plane or of its etcd. Pure. */
export function isStopped(seen: HostSeen): boolean {
  const current = deployedRevision(seen);
  if (current?.mode !== "suspended") return false;
  return [seen.controlPlane, seen.etcd].every(
    (workload) => workload === undefined || (workload.settled && workload.current === 0),
  );
}
