import {
  AWAITING_WORKLOADS_ANNOTATION,
  DRAIN_STARTED_ANNOTATION,
  virtualKubeconfigSecretName,
} from "@open-vcluster/crds";
import { Failure, failureOf, type HasMetadata, type KubeClient } from "@open-vcluster/runtime";
import { planDrain } from "../../drain/plan.ts";
import type { VirtualPod } from "../../drain/pod.ts";
import type { SecretData } from "../../kubeconfig/credentials.ts";
import { connectVirtual } from "../../virtual/connect.ts";
import { probeVirtual } from "../../virtual/probe.ts";
import { readWorkloads } from "../../virtual/workloads.ts";
import { KINDS } from "../../world/kinds.ts";
import type { Located } from "../../world/reads.ts";
import { durationMsOf } from "../durations.ts";
import type { GlanceView } from "../glances.ts";
import { isMarkedDraining, wantsSuspended } from "../power.ts";
import { deployedRevision, isRolledOut } from "../release-facts.ts";
import type { DrainSeen, ProbeSeen, WorkloadsSeen } from "../seen.ts";

/** Default of `spec.suspend.drainTimeout` and `spec.resume.timeout`, milliseconds. */
const DEFAULT_TIMEOUT_MS = 5 * 60_000;

/** Runs `use` with a client for the virtual API and closes it afterwards. */
export async function withVirtual<T>(
  client: KubeClient,
  place: { readonly at: Located; readonly clusterIP: string },
  use: (virtual: KubeClient) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const { name } = place.at.instance;
  const secret = await client.get<HasMetadata & { readonly data?: SecretData }>(
    KINDS.secret,
    { namespace: place.at.targetNamespace, name: virtualKubeconfigSecretName(name) },
    { signal },
  );
  if (secret === undefined) {
    throw new Failure(
      "unavailable",
      "KubeconfigPending",
      "The control plane has not written its kubeconfig yet",
    );
  }
  const virtual = connectVirtual(secret.data ?? {}, {
    name,
    targetNamespace: place.at.targetNamespace,
    clusterIP: place.clusterIP,
  });
  try {
    return await use(virtual);
  } finally {
    await virtual.close();
  }
}

/** Asks the virtual API once for each revision, when every pod is there: afterwards the pods' own probes do. */
export async function glanceProbe(
  { host, at }: GlanceView,
  client: KubeClient,
  signal: AbortSignal,
): Promise<ProbeSeen> {
  const current = deployedRevision(host);
  const clusterIP = host.service?.clusterIP ?? "";
  const due = current?.mode === "running" && !current.healthy && isRolledOut(host);
  if (!due || host.syncerKubeconfig === undefined || clusterIP === "") return { kind: "notAsked" };
  try {
    return await withVirtual(
      client,
      { at, clusterIP },
      (virtual) => probeVirtual(virtual, { signal }),
      signal,
    );
  } catch (thrown) {
    return { kind: "unreachable", why: expected(thrown).message };
  }
}

/** Plans the next step of a drain that is under way. */
export async function glanceDrain(
  view: GlanceView,
  client: KubeClient,
  signal: AbortSignal,
): Promise<DrainSeen> {
  const startedAtMs = drainStart(view);
  if (startedAtMs === undefined) return { kind: "none" };
  const { suspend = {} } = view.host.instance.spec;
  const { nowMs } = view;
  const timeoutMs = durationMsOf(suspend.drainTimeout) ?? DEFAULT_TIMEOUT_MS;
  try {
    const pods = await withVirtual(
      client,
      placeOf(view),
      (virtual) => virtual.list<VirtualPod>(KINDS.pod, { signal }),
      signal,
    );
    const { onTimeout = "Abort", evictBarePods = false } = suspend;
    const plan = planDrain({ pods, startedAtMs, nowMs, timeoutMs, onTimeout, evictBarePods });
    return { kind: "planned", plan, startedAtMs };
  } catch (thrown) {
    const timedOut = nowMs >= startedAtMs + timeoutMs;
    return { kind: "unreachable", timedOut, why: expected(thrown).message, startedAtMs };
  }
}

/** When the drain that is under way began, epoch milliseconds; undefined if none is. */
function drainStart({ host, nowMs }: GlanceView): number | undefined {
  const { instance, namespace } = host;
  const running = deployedRevision(host)?.mode === "running";
  if (!running || !wantsSuspended(instance) || !isMarkedDraining(namespace)) return undefined;
  if (namespace.kind !== "ours") return undefined;
  return Date.parse(namespace.annotations[DRAIN_STARTED_ANNOTATION] ?? "") || nowMs;
}

/** Looks whether the workloads are back after a resume that waits for them. */
export async function glanceWorkloads(
  view: GlanceView,
  client: KubeClient,
  signal: AbortSignal,
): Promise<WorkloadsSeen> {
  const since = awaitedSince(view);
  if (since === undefined) return { kind: "notAwaited" };
  const { instance } = view.host;
  const timeoutMs = durationMsOf(instance.spec.resume?.timeout) ?? DEFAULT_TIMEOUT_MS;
  const timedOut = view.nowMs >= since + timeoutMs;
  if (!isRolledOut(view.host)) {
    return { kind: "waiting", why: "The control plane is starting", timedOut };
  }
  try {
    const readiness = await withVirtual(
      client,
      placeOf(view),
      (virtual) => readWorkloads(virtual, signal),
      signal,
    );
    if (readiness.notReady === 0) return { kind: "ready" };
    const why = `${readiness.notReady} of ${readiness.total} workloads are not ready, such as ${readiness.examples.join(", ")}`;
    return { kind: "waiting", why, timedOut };
  } catch (thrown) {
    return { kind: "waiting", why: expected(thrown).message, timedOut };
  }
}

/** When the resume that waits for workloads began, epoch milliseconds; undefined if none waits. */
function awaitedSince({ host }: GlanceView): number | undefined {
  const { namespace } = host;
  if (namespace.kind !== "ours" || deployedRevision(host)?.mode !== "running") return undefined;
  const since = namespace.annotations[AWAITING_WORKLOADS_ANNOTATION];
  return since === undefined ? undefined : Date.parse(since) || 0;
}

function placeOf({ host, at }: GlanceView): { readonly at: Located; readonly clusterIP: string } {
  return { at, clusterIP: host.service?.clusterIP ?? "" };
}

/** The virtual API may be down: that is something to see. A fault of ours is not. */
function expected(thrown: unknown): Failure {
  const failure = failureOf(thrown);
  if (failure.kind === "bug") throw failure;
  return failure;
}
