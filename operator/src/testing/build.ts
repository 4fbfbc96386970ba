import {
  INSTANCE_FINALIZER,
  SERVED_ANNOTATION,
  type VClusterInstance,
  type VClusterInstanceSpec,
} from "@open-vcluster/crds";
import type { ReleaseRevision } from "../helm/releases.ts";
import type { CheckContext } from "../instance/decision.ts";
import type { DesiredRelease } from "../instance/desire.ts";
import { servedMark } from "../instance/release-facts.ts";
import type { InstanceSeen, NamespaceSeen } from "../instance/seen.ts";
import type { ObjectMark, Workload } from "../world/reads.ts";
import { SETTINGS } from "./operator-run.ts";

/** Now, in every table. */
export const NOW_MS: number = Date.UTC(2026, 0, 1);
/** What checks get besides the observation. */
export const CONTEXT: CheckContext = { nowMs: NOW_MS, settings: SETTINGS };

/** An instance with our finalizer, generation 1. */
export function instance(
  spec: VClusterInstanceSpec = {},
  metadata: Partial<VClusterInstance["metadata"]> = {},
): VClusterInstance {
  return {
    apiVersion: "openvcluster.io/v1alpha1",
    kind: "VClusterInstance",
    metadata: {
      namespace: "team",
      name: "demo",
      uid: "uid-demo",
      generation: 1,
      finalizers: [INSTANCE_FINALIZER],
      ...metadata,
    },
    spec,
  };
}

/** An instance that is being deleted. */
export function deleted(spec: VClusterInstanceSpec = {}): VClusterInstance {
  return instance(spec, { deletionTimestamp: "2026-01-01T00:00:00Z" });
}

/** A revision: deployed an hour ago, running, healthy. */
export function revision(change: Partial<ReleaseRevision> = {}): ReleaseRevision {
  return {
    revision: 1,
    status: "deployed",
    modifiedAtMs: NOW_MS - 3_600_000,
    valuesDigest: "today",
    renderer: "1",
    chart: "0.36.1",
    kubernetes: "v1.36.0",
    mode: "running",
    etcdMembers: 0,
    attempt: "",
    healthy: true,
    ours: true,
    secretName: "sh.helm.release.v1.demo.v1",
    uid: "uid-revision",
    resourceVersion: "1",
    ...change,
  };
}

/** The release that today's spec means. */
export function release(change: Partial<DesiredRelease> = {}): DesiredRelease {
  return {
    valuesDigest: "today",
    renderer: "1",
    chartVersion: "0.36.1",
    kubernetesVersion: "v1.36.0",
    mode: "running",
    etcdMembers: 0,
    values: {},
    ...change,
  };
}

/** Revisions as Helm holds them, the newest deployed. */
export function deployed(
  ...revisions: readonly ReleaseRevision[]
): Pick<InstanceSeen, "release" | "releases"> {
  const current = revisions.at(-1) ?? revision();
  return { releases: revisions, release: { kind: "deployed", current } };
}

/** Our namespace. */
export function namespace(
  marks: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly terminating?: boolean;
  } = {},
): NamespaceSeen {
  const { labels = {}, annotations = {}, terminating = false } = marks;
  const remembered = { [SERVED_ANNOTATION]: servedMark(revision()), ...annotations };
  return {
    kind: "ours",
    uid: "uid-ns",
    remaining: "",
    labels,
    annotations: remembered,
    terminating,
  };
}

/** Pods of a control plane: one, of today's values, ready. */
export function workload(change: Partial<Workload> = {}): Workload {
  return {
    kind: "StatefulSet",
    namespace: "vc-demo",
    name: "demo",
    app: "vcluster",
    settled: true,
    replicas: 1,
    current: 1,
    updated: 1,
    ready: 1,
    image: "vcluster",
    render: "today",
    ...change,
  };
}

/** A Secret's metadata. */
export function mark(name: string): ObjectMark {
  return {
    name,
    namespace: "vc-demo",
    uid: `uid-${name}`,
    resourceVersion: "1",
    creationTimestamp: "2026-01-01T00:00:00Z",
    labels: {},
    annotations: {},
  };
}

/** An instance that runs as its spec asks, with what differs. */
export function seen(change: Partial<InstanceSeen> = {}): InstanceSeen {
  return {
    instance: instance(),
    targetNamespace: "vc-demo",
    namespace: namespace(),
    ...deployed(revision()),
    storeWork: [],
    lastSnapshot: undefined,
    controlPlanePods: undefined,
    controlPlane: workload(),
    etcd: undefined,
    claims: [],
    service: { namespace: "vc-demo", name: "demo", clusterIP: "10.0.0.1" },
    identity: { kind: "none" },
    escrowExists: true,
    isHomeGoing: false,
    syncerKubeconfig: mark("vc-demo"),
    kubeconfig: { kind: "present", mark: mark("demo-kubeconfig") },
    kubeconfigCurrent: true,
    reader: { present: false, current: true },
    externalEtcd: { kind: "notUsed" },
    rendered: { expected: 3, current: 3, stale: [] },
    desire: { kind: "release", release: release() },
    dueSnapshot: undefined,
    chart: { kind: "ready", path: "/charts/vcluster.tgz" },
    probe: { kind: "notAsked" },
    diagnosis: undefined,
    drain: { kind: "none" },
    workloads: { kind: "notAwaited" },
    remains: undefined,
    ...change,
  };
}
