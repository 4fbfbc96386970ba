import { describe, expect, it } from "@jest/globals";
import { DRAIN_ABORTED_ANNOTATION, REASONS, type VClusterInstance } from "@open-vcluster/crds";
import { Failure } from "@open-vcluster/runtime";
import {
  deleted,
  deployed,
  instance,
  mark,
  NOW_MS,
  namespace,
  release,
  revision,
  seen,
  workload,
} from "../testing/build.ts";
import type { Account } from "./condition/verdict.ts";
import type { InstanceSeen } from "./seen.ts";
import { statusOf } from "./status.ts";

type Facts = Partial<InstanceSeen>;
type Status = NonNullable<VClusterInstance["status"]>;

function status(facts: Facts, account: Partial<Account> = {}): Status {
  return statusOf({ seen: seen(facts), failure: undefined, evictions: [], ...account }, NOW_MS);
}

function condition({ conditions }: Status, type: string): string {
  const found = conditions?.find((known) => known.type === type);
  return found === undefined ? "absent" : `${found.status} ${found.reason}`;
}

const SUSPEND = instance({ powerState: "Suspended" });
const ASLEEP: Facts = {
  instance: SUSPEND,
  desire: { kind: "release", release: release({ mode: "suspended" }) },
  ...deployed(revision({ mode: "suspended", healthy: false })),
  controlPlane: workload({ replicas: 0, current: 0, updated: 0, ready: 0 }),
};
const STARTING: Facts = {
  ...deployed(revision({ healthy: false })),
  controlPlane: workload({ ready: 0 }),
};
const DRAINING = instance({ powerState: "Suspended", suspend: { drain: true } });
const ABORTED: Facts = {
  instance: DRAINING,
  namespace: namespace({ annotations: { [DRAIN_ABORTED_ANNOTATION]: "1" } }),
};
const EMPTY: Facts = {
  namespace: { kind: "absent" },
  release: { kind: "absent" },
  releases: [],
  controlPlane: undefined,
  syncerKubeconfig: undefined,
  kubeconfig: { kind: "absent" },
};
const refused = new Failure("invalid", "ReleaseRejected", "The API server refuses an object");

describe("the status", () => {
  it.each<[string, Facts, string, string, string, string]>([
    ["it runs", {}, "Running", "True Running", "absent", "absent"],
    ["nothing is there yet", EMPTY, "Creating", "False Pending", "True Installing", "absent"],
    ["it starts", STARTING, "Creating", "False ControlPlaneStarting", "True Installing", "absent"],
    ["it is suspended", ASLEEP, "Suspended", "True Suspended", "absent", "absent"],
    [
      "it goes to sleep",
      { ...ASLEEP, controlPlane: workload({ replicas: 0 }) },
      "Suspending",
      "False Suspending",
      "True Suspending",
      "absent",
    ],
    ["its drain was given up", ABORTED, "Running", "False DrainAborted", "absent", "absent"],
    [
      "its namespace is a stranger's",
      { ...EMPTY, namespace: { kind: "foreign" } },
      "Error",
      "False NamespaceNotOwned",
      "absent",
      "True NamespaceNotOwned",
    ],
    [
      "its certificates are lost",
      { identity: { kind: "refuse", reason: "PKILost", message: "They are gone" } },
      "Error",
      "False PKILost",
      "absent",
      "True PKILost",
    ],
    [
      "its kubeconfig's name is taken",
      { kubeconfig: { kind: "foreign" } },
      "Error",
      "False SecretNotOwned",
      "absent",
      "True SecretNotOwned",
    ],
    [
      "its image is away",
      { ...STARTING, diagnosis: { reason: "ImageNotAvailable", message: "Correct its name" } },
      "Creating",
      "False ImageNotAvailable",
      "True Installing",
      "absent",
    ],
    [
      "it is being deleted",
      { instance: deleted() },
      "Deleting",
      "False Deleting",
      "True Deleting",
      "absent",
    ],
  ])("when %s", (_name, facts, phase, ready, reconciling, stalled) => {
    const made = status(facts);
    expect({
      phase: made.phase,
      ready: condition(made, "Ready"),
      reconciling: condition(made, "Reconciling"),
      stalled: condition(made, "Stalled"),
    }).toEqual({ phase, ready, reconciling, stalled });
  });

  it.each<[string, Facts, string]>([
    [
      "Drained",
      { instance: DRAINING, ...planned({ kind: "done", kept: [] }) },
      "True DrainCompleted",
    ],
    ["Drained", { instance: DRAINING, ...planned({ kind: "wait", left: 1 }) }, "False Draining"],
    ["Drained", ABORTED, "False DrainAborted"],
    ["WorkloadsReady", { workloads: { kind: "ready" } }, "True WorkloadsReady"],
    [
      "WorkloadsReady",
      { workloads: { kind: "waiting", why: "1 of 2", timedOut: false } },
      "False WaitingForWorkloads",
    ],
    [
      "WorkloadsReady",
      { workloads: { kind: "waiting", why: "1 of 2", timedOut: true } },
      "False WorkloadsTimedOut",
    ],
    ["Deleting", { instance: deleted({ deletionProtection: true }) }, "True DeletionProtected"],
    ["HelmReleased", { chart: { kind: "unavailable", message: "Down" } }, "False ChartUnavailable"],
    [
      "HelmReleased",
      { release: { kind: "pendingAlive", current: revision(), remainingMs: 9 } },
      "Unknown ReleasePending",
    ],
    [
      "HelmReleased",
      { release: { kind: "pendingDead", current: revision() } },
      "Unknown ReleaseInterrupted",
    ],
    ["HelmReleased", { namespace: namespace({ terminating: true }) }, "False NamespaceTerminating"],
    [
      "SpecAccepted",
      { externalEtcd: { kind: "sourceMissing", name: "etcd-tls" } },
      "False ExternalEtcdSecretMissing",
    ],
    ["SpecAccepted", { namespace: { kind: "taken", by: "a/b" } }, "False NamespaceTaken"],
    [
      "ControlPlaneAvailable",
      { ...STARTING, probe: { kind: "unreachable", why: "Down" } },
      "False APIUnreachable",
    ],
    ["KubeconfigReady", { kubeconfig: { kind: "absent" } }, "Unknown KubeconfigPending"],
  ])("%s", (type, facts, expected) => {
    expect(condition(status(facts), type)).toBe(expected);
  });

  it("names the pod that a budget keeps", () => {
    const pod = { namespace: "default", name: "db", uid: "u" };
    const made = status(
      { instance: DRAINING, ...planned({ kind: "evict", pods: [pod], left: 1 }) },
      { evictions: [{ kind: "refused", pod, message: "The budget db needs 1 healthy pod" }] },
    );
    expect(condition(made, "Drained")).toBe("False DrainBlocked");
    expect(made.drain).toMatchObject({ refusedCount: 1, refused: [{ name: "db" }] });
  });

  it("stays stalled, in Helm's words, between two tries of one spec", () => {
    const current = revision({ status: "failed" });
    const newer = release({ valuesDigest: "newer" });
    const failed: Facts = {
      release: { kind: "failed", current },
      desire: { kind: "release", release: newer },
    };
    const first = status(failed, { failure: refused });
    expect(condition(first, "Stalled")).toBe("True HelmFailed");
    const later = { ...instance(), status: first };
    expect(status({ ...failed, instance: later })).toEqual(first);
    const edited = { ...later, metadata: { ...later.metadata, generation: 2 } };
    expect(condition(status({ ...failed, instance: edited }), "Stalled")).toBe("absent");
  });

  it("does not call a lost race an obstacle", () => {
    const lost = new Failure("conflict", "Conflict", "Somebody was faster");
    const made = status({ instance: deleted() }, { failure: lost });
    expect(condition(made, "Deleting")).toBe("True Deleting");
    const blocked = status({ instance: deleted() }, { failure: refused });
    expect(condition(blocked, "Deleting")).toBe("True DeletionBlocked");
  });

  it("stays suspended when its values change", () => {
    const slept = { ...SUSPEND, status: status(ASLEEP) };
    const unlooked = workload({ settled: false, replicas: 0, current: 0, ready: 0 });
    expect(status({ ...ASLEEP, instance: slept, controlPlane: unlooked }).phase).toBe("Suspended");
    const woken = workload({ settled: false, replicas: 1, current: 0, ready: 0 });
    expect(status({ ...ASLEEP, instance: slept, controlPlane: woken }).phase).toBe("Suspending");
  });

  it("observes a generation when it is carried out, refused or given up", () => {
    expect(status({}).observedGeneration).toBe(1);
    expect(status(STARTING).observedGeneration).toBe(-1);
    expect(status({ kubeconfig: { kind: "foreign" } }).observedGeneration).toBe(1);
    expect(status(ABORTED).observedGeneration).toBe(1);
  });

  it("shows where to get in", () => {
    expect(status({ kubeconfig: { kind: "present", mark: mark("k") } })).toMatchObject({
      endpoint: "https://10.0.0.1:443",
      kubeconfigSecretRef: { name: "demo-kubeconfig" },
      release: { name: "demo", revision: 1 },
      selector: "app=vcluster,release=demo",
    });
  });

  it("is the same when looked at again, and uses documented reasons alone", () => {
    for (const facts of [{}, EMPTY, STARTING, ASLEEP, ABORTED]) {
      const made = status(facts);
      const known = seen(facts).instance;
      expect(status({ ...facts, instance: { ...known, status: made } })).toEqual(made);
      for (const { reason } of made.conditions ?? []) expect(REASONS).toHaveProperty(reason);
    }
  });
});

function planned(plan: Extract<InstanceSeen["drain"], { kind: "planned" }>["plan"]): Facts {
  return { drain: { kind: "planned", plan, startedAtMs: NOW_MS } };
}
