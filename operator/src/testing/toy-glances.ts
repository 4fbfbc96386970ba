import {
  AWAITING_WORKLOADS_ANNOTATION,
  DRAIN_STARTED_ANNOTATION,
  IDENTITY_ANNOTATION,
  SOURCE_VERSION_ANNOTATION,
} from "@open-vcluster/crds";
import { Failure } from "@open-vcluster/runtime";
import type { ChartSource } from "../chart/chart-source.ts";
import { planDrain } from "../drain/plan.ts";
import type { VirtualPod } from "../drain/pod.ts";
import { durationMsOf } from "../instance/durations.ts";
import { glanceChart } from "../instance/glance/chart.ts";
import { glanceExternalEtcd } from "../instance/glance/external-etcd.ts";
import type { GlanceView, InstanceGlances } from "../instance/glances.ts";
import { isMarkedDraining, wantsSuspended } from "../instance/power.ts";
import { deployedRevision, isRolledOut } from "../instance/release-facts.ts";
import type { DiagnosisSeen, DrainSeen, ProbeSeen, WorkloadsSeen } from "../instance/seen.ts";
import { type CertsContent, decideIdentity } from "../pki/escrow.ts";
import type { SchemaCache } from "../values/validate.ts";
import type { Reads } from "../world/reads.ts";
import { readyPods } from "./pods.ts";
import type { State, ToyPod } from "./state.ts";

const DEFAULT_TIMEOUT_MS = 300_000;

/** Glances over one source of reads; what the real ones ask the cluster itself, they ask `world`. */
export function createToyGlances(reads: Reads, world: () => State): InstanceGlances {
  const schemas: SchemaCache = new Map();
  const charts = chartsOf(world);
  return {
    identity: ({ at, certs, escrow }) => {
      const judge = (content: CertsContent) =>
        decideIdentity({
          certs: certs === undefined ? undefined : { ...certs, content },
          escrow:
            escrow === undefined
              ? undefined
              : {
                  sourceVersion: escrow.annotations[SOURCE_VERSION_ANNOTATION],
                  identity: escrow.annotations[IDENTITY_ANNOTATION] ?? "",
                },
          dataExists: world().dataOf !== undefined,
        });
      const decision = judge({ kind: "notRead" });
      if (decision.kind !== "readCerts") return Promise.resolve(decision);
      const identity = world().authorities[`${at.targetNamespace}/${at.instance.name}-certs`];
      return Promise.resolve(
        identity === undefined ? decision : judge({ kind: "usable", identity }),
      );
    },
    externalEtcd: (instance, at, signal) => glanceExternalEtcd(instance, at, reads, signal),
    chart: (view, signal) => glanceChart(view, { charts, schemas }, signal),
    probe: (view) => Promise.resolve(probe(view, world())),
    diagnosis: (view) => Promise.resolve(diagnosis(view, world())),
    drain: (view) => Promise.resolve(drain(view, world())),
    workloads: (view) => Promise.resolve(workloads(view, world())),
    remains: ({ host }) => {
      const { clusterObjects, heldObjects, pods } = world();
      if (host.instance.metadata.deletionTimestamp === undefined) return Promise.resolve(undefined);
      const isPresent = host.namespace.kind === "ours";
      return Promise.resolve({
        pods: isPresent ? pods.length : 0,
        isStoreOpen: false,
        orphanedFinalizers: isPresent ? heldObjects : 0,
        clusterObjects,
      });
    },
  };
}

/** Whether the virtual API answers. */
function isServing(state: State): boolean {
  return !state.apiDown && readyPods(state.controlPlane, state.nowMs) > 0;
}

function chartsOf(world: () => State): ChartSource {
  return {
    resolve: (version) =>
      world().chartsDown
        ? Promise.reject(
            new Failure("unavailable", "ChartUnavailable", "The chart source does not answer"),
          )
        : Promise.resolve({
            path: `/charts/vcluster-${version}.tgz`,
            version,
            appVersion: version,
            digest: version,
            schema: {},
            defaults: {},
          }),
  };
}

function probe({ host }: GlanceView, state: State): ProbeSeen {
  const current = deployedRevision(host);
  const isDue = current?.mode === "running" && !current.healthy && isRolledOut(host);
  if (!isDue || host.syncerKubeconfig === undefined) return { kind: "notAsked" };
  return isServing(state)
    ? { kind: "ready", version: current.kubernetes }
    : { kind: "unreachable", why: "The virtual API did not answer in time" };
}

function diagnosis({ host }: GlanceView, state: State): DiagnosisSeen | undefined {
  if (deployedRevision(host)?.mode !== "running" || isRolledOut(host)) return undefined;
  if (state.controlPlane?.broken !== true) return undefined;
  return { reason: "ImageNotAvailable", message: "The image cannot be pulled: correct its name" };
}

function drain({ host, nowMs }: GlanceView, state: State): DrainSeen {
  const { instance, namespace } = host;
  const isRunning = deployedRevision(host)?.mode === "running";
  const isDue = isMarkedDraining(namespace) && wantsSuspended(instance) && isRunning;
  if (!isDue || namespace.kind !== "ours") return { kind: "none" };
  const startedAtMs = Date.parse(namespace.annotations[DRAIN_STARTED_ANNOTATION] ?? "") || nowMs;
  const { suspend } = instance.spec;
  const timeoutMs = durationMsOf(suspend?.drainTimeout) ?? DEFAULT_TIMEOUT_MS;
  if (!isServing(state)) {
    const timedOut = nowMs >= startedAtMs + timeoutMs;
    return { kind: "unreachable", timedOut, why: "The virtual API is not ready", startedAtMs };
  }
  const plan = planDrain({
    pods: state.pods.map(virtualPod),
    startedAtMs,
    nowMs,
    timeoutMs,
    onTimeout: suspend?.onTimeout ?? "Abort",
    evictBarePods: suspend?.evictBarePods ?? false,
  });
  return { kind: "planned", plan, startedAtMs };
}

function virtualPod({ name, uid, leavesAtMs }: ToyPod): VirtualPod {
  return {
    metadata: {
      namespace: "default",
      name,
      uid,
      ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name, uid, controller: true }],
      ...(leavesAtMs === undefined
        ? {}
        : { deletionTimestamp: new Date(leavesAtMs).toISOString() }),
    },
    spec: { nodeName: "node" },
    status: { phase: "Running" },
  };
}

function workloads({ host, nowMs }: GlanceView, state: State): WorkloadsSeen {
  const { namespace, instance } = host;
  if (namespace.kind !== "ours") return { kind: "notAwaited" };
  const since = namespace.annotations[AWAITING_WORKLOADS_ANNOTATION];
  if (since === undefined || deployedRevision(host)?.mode !== "running") {
    return { kind: "notAwaited" };
  }
  const timeoutMs = durationMsOf(instance.spec.resume?.timeout) ?? DEFAULT_TIMEOUT_MS;
  const timedOut = nowMs >= Date.parse(since) + timeoutMs;
  if (!isRolledOut(host)) {
    return { kind: "waiting", why: "The control plane is starting", timedOut };
  }
  return nowMs >= state.workloadsReadyAtMs
    ? { kind: "ready" }
    : {
        kind: "waiting",
        why: "1 of 1 workloads are not ready, such as Deployment default/web",
        timedOut,
      };
}
