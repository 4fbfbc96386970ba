import { describe, expect, it } from "@jest/globals";
import {
  AWAITING_WORKLOADS_ANNOTATION,
  DRAIN_LABEL,
  FAILED_DIGEST_ANNOTATION,
} from "@open-vcluster/crds";
import {
  CONTEXT,
  deleted,
  deployed,
  instance,
  NOW_MS,
  namespace,
  release,
  revision,
  seen,
  workload,
} from "../testing/build.ts";
import { decide } from "./decide.ts";
import type { InstanceSeen } from "./seen.ts";

type Facts = Partial<InstanceSeen>;

const STOPPED = workload({ replicas: 0, current: 0, updated: 0, ready: 0 });
const NEWER: Facts = { desire: { kind: "release", release: release({ valuesDigest: "newer" }) } };
const ASLEEP: Facts = {
  instance: instance({ powerState: "Suspended" }),
  desire: { kind: "release", release: release({ mode: "suspended" }) },
  ...deployed(revision({ mode: "suspended", healthy: false })),
  controlPlane: STOPPED,
};
const DRAIN: Facts = {
  instance: instance({ powerState: "Suspended", suspend: { drain: true } }),
  desire: { kind: "release", release: release({ mode: "suspended", valuesDigest: "asleep" }) },
};
const MARKED = namespace({ labels: { [DRAIN_LABEL]: "true" } });
const POD = { namespace: "default", name: "web", uid: "uid-web" };
const LATE = revision({ revision: 2, healthy: false, modifiedAtMs: NOW_MS - 300_000 });
const BEFORE = revision({ status: "superseded", valuesDigest: "before" });
const BEHIND = workload({ ready: 0 });
const FAILED = namespace({ annotations: { [FAILED_DIGEST_ANNOTATION]: "0.36.1/v1.36.0/today" } });
const FAILED_RUN = (failures: number, agoMs: number): Facts => {
  const current = revision({
    revision: failures,
    status: "failed",
    modifiedAtMs: NOW_MS - agoMs,
  });
  return { release: { kind: "failed", current }, releases: [current] };
};
const planned = (plan: Extract<InstanceSeen["drain"], { kind: "planned" }>["plan"]): Facts => ({
  drain: { kind: "planned", plan, startedAtMs: NOW_MS },
});
const unreachable = (timedOut: boolean): Facts => ({
  drain: { kind: "unreachable", timedOut, why: "It is down", startedAtMs: NOW_MS },
});
const awaiting = namespace({ annotations: { [AWAITING_WORKLOADS_ANNOTATION]: "2026-01-01" } });
const STALE = { kind: "Ingress", namespace: "vc-demo", name: "demo", render: "old", owner: "x" };
const FRESH = deployed(revision({ modifiedAtMs: NOW_MS - 4_000 }));

/** What is seen, what is done; each row holds against the row's neighbours in the order of the checks. */
const TABLE: readonly (readonly [string, Facts, string])[] = [
  ["everything is right", {}, "none"],
  ["it is being deleted", { instance: deleted() }, "deleteNamespace"],
  ["the finalizer is missing", { instance: instance({}, { finalizers: [] }) }, "addFinalizer"],
  ["the namespace is a stranger's", { namespace: { kind: "foreign" }, ...NEWER }, "none"],
  ["the namespace is another's", { namespace: { kind: "taken", by: "a/b" }, ...NEWER }, "none"],
  ["the namespace goes", { namespace: namespace({ terminating: true }), ...NEWER }, "none"],
  ["there is no namespace", { namespace: { kind: "absent" }, ...NEWER }, "createNamespace"],
  [
    "there is no namespace and the spec is refused",
    { namespace: { kind: "absent" }, desire: { kind: "refused", refused: [] } },
    "none",
  ],
  ["there is no identity", { identity: { kind: "createEscrow" }, ...NEWER }, "createEscrow"],
  [
    "the certificates are away",
    { identity: { kind: "writeCerts", cause: "missing" }, ...NEWER },
    "writeCerts",
  ],
  [
    "the identity is lost",
    { identity: { kind: "refuse", reason: "PKILost", message: "Lost" }, ...NEWER },
    "none",
  ],
  [
    "Helm may be at work",
    { release: { kind: "pendingAlive", current: revision(), remainingMs: 5 }, ...NEWER },
    "none",
  ],
  [
    "Helm died",
    { release: { kind: "pendingDead", current: revision() }, ...NEWER },
    "deletePendingRevision",
  ],
  ["the release is a stranger's", { release: { kind: "foreign" }, ...NEWER }, "none"],
  ["a drain is due", DRAIN, "markDraining"],
  [
    "a drain is due, but the chart refuses",
    {
      ...DRAIN,
      chart: {
        kind: "refused",
        refused: { reason: "ValuesInvalid", field: "spec.values", message: "No" },
      },
    },
    "none",
  ],
  [
    "a drain evicts",
    { ...DRAIN, namespace: MARKED, ...planned({ kind: "evict", pods: [POD], left: 1 }) },
    "evictPods",
  ],
  ["a drain waits", { ...DRAIN, namespace: MARKED, ...planned({ kind: "wait", left: 1 }) }, "none"],
  [
    "a drain is done",
    { ...DRAIN, namespace: MARKED, ...planned({ kind: "done", kept: [] }) },
    "applyRelease",
  ],
  [
    "a drain is late: Keep",
    {
      ...DRAIN,
      namespace: MARKED,
      ...planned({ kind: "timedOut", action: "Keep", pods: [POD], kept: [] }),
    },
    "applyRelease",
  ],
  [
    "a drain is late: Delete",
    {
      ...DRAIN,
      namespace: MARKED,
      ...planned({ kind: "timedOut", action: "Delete", pods: [POD], kept: [] }),
    },
    "deletePods",
  ],
  [
    "a drain is late: Abort",
    {
      ...DRAIN,
      namespace: MARKED,
      ...planned({ kind: "timedOut", action: "Abort", pods: [POD], kept: [] }),
    },
    "abortDrain",
  ],
  ["a drain finds the API down", { ...DRAIN, namespace: MARKED, ...unreachable(false) }, "none"],
  [
    "a drain found the API down for too long",
    { ...DRAIN, namespace: MARKED, ...unreachable(true) },
    "abortDrain",
  ],
  [
    "a cluster that never served is suspended without a drain",
    { ...DRAIN, ...deployed(revision({ healthy: false })), syncerKubeconfig: undefined },
    "applyRelease",
  ],
  [
    "a cluster that served and does not just now is drained all the same",
    { ...DRAIN, ...deployed(revision({ healthy: false })) },
    "markDraining",
  ],
  ["the spec changed", NEWER, "applyRelease"],
  [
    "the chart refuses the values",
    {
      ...NEWER,
      chart: {
        kind: "refused",
        refused: { reason: "ValuesInvalid", field: "spec.values", message: "No" },
      },
    },
    "none",
  ],
  [
    "the chart is out of reach",
    { ...NEWER, chart: { kind: "unavailable", message: "Down" } },
    "none",
  ],
  [
    "the Secret for etcd is missing",
    { ...NEWER, externalEtcd: { kind: "sourceMissing", name: "x" } },
    "none",
  ],
  [
    "the Secret for etcd changed",
    { ...NEWER, externalEtcd: { kind: "outdated" } },
    "copyExternalEtcdSecret",
  ],
  [
    "the Secret for etcd changed, the spec did not",
    { externalEtcd: { kind: "outdated" } },
    "copyExternalEtcdSecret",
  ],
  [
    "a resume waits for workloads",
    { ...ASLEEP, ...NEWER, instance: instance({ resume: { waitForWorkloads: true } }) },
    "markAwaitingWorkloads",
  ],
  [
    "a resume is marked",
    {
      ...ASLEEP,
      ...NEWER,
      instance: instance({ resume: { waitForWorkloads: true } }),
      namespace: awaiting,
    },
    "applyRelease",
  ],
  ["Helm failed a moment ago", FAILED_RUN(1, 1_000), "none"],
  ["Helm failed a while ago", FAILED_RUN(1, 2_000), "applyRelease"],
  ["Helm failed five times", FAILED_RUN(5, 30_000), "none"],
  ["Helm failed on another spec", { ...FAILED_RUN(5, 0), ...NEWER }, "applyRelease"],
  ["an upgrade is late", { ...deployed(BEFORE, LATE), controlPlane: BEHIND }, "markFailed"],
  [
    "an upgrade is late and marked",
    { ...deployed(BEFORE, LATE), controlPlane: BEHIND, namespace: FAILED },
    "rollBack",
  ],
  ["a first install is late", { ...deployed(LATE), controlPlane: BEHIND }, "none"],
  [
    "an upgrade has time",
    { ...deployed(BEFORE, { ...LATE, modifiedAtMs: NOW_MS - 299_000 }), controlPlane: BEHIND },
    "none",
  ],
  [
    "an upgrade failed and was left",
    {
      ...deployed(revision({ valuesDigest: "before" })),
      namespace: FAILED,
      controlPlane: workload({ render: "before" }),
    },
    "none",
  ],
  [
    "the way back failed",
    {
      ...FAILED_RUN(3, 600_000),
      releases: [
        revision({ revision: 2 }),
        revision({ revision: 3, status: "failed", valuesDigest: "before" }),
      ],
      release: {
        kind: "failed",
        current: revision({ revision: 3, status: "failed", valuesDigest: "before" }),
      },
      namespace: FAILED,
    },
    "rollBack",
  ],
  [
    "a failure is outlived",
    {
      namespace: FAILED,
      ...NEWER,
      ...deployed(revision({ valuesDigest: "newer" })),
      controlPlane: workload({ render: "newer" }),
    },
    "unmarkFailed",
  ],
  ["objects are gone", { rendered: { expected: 3, current: 2, stale: [] } }, "applyRelease"],
  [
    "objects are gone, but Helm has just run",
    { ...FRESH, rendered: { expected: 3, current: 2, stale: [] } },
    "none",
  ],
  [
    "objects are gone and the spec is refused",
    { rendered: { expected: 3, current: 2, stale: [] }, desire: { kind: "refused", refused: [] } },
    "rollBack",
  ],
  [
    "the record of objects is gone",
    { rendered: { expected: undefined, current: 2, stale: [] } },
    "applyRelease",
  ],
  ["it was scaled by hand", { controlPlane: workload({ replicas: 2 }) }, "applyRelease"],
  ["a suspended one was scaled by hand", { ...ASLEEP, controlPlane: workload() }, "applyRelease"],
  [
    "a suspended one was scaled by hand and its spec is refused",
    { ...ASLEEP, controlPlane: workload(), desire: { kind: "refused", refused: [] } },
    "rollBack",
  ],
  [
    "etcd was scaled by hand",
    { etcd: workload({ app: "vcluster-etcd", replicas: 1 }) },
    "applyRelease",
  ],
  ["objects are left", { rendered: { expected: 3, current: 3, stale: [STALE] } }, "prune"],
  [
    "certificates were renewed",
    { identity: { kind: "followCerts", cause: "changed" } },
    "followCerts",
  ],
  ["the mark of a drain is left", { namespace: MARKED }, "unmarkDraining"],
  [
    "the mark of a drain is left over a refused spec",
    { ...DRAIN, namespace: MARKED, desire: { kind: "refused", refused: [] } },
    "unmarkDraining",
  ],
  ["the kubeconfig is old", { kubeconfigCurrent: false }, "writeKubeconfig"],
  [
    "the API may not read the kubeconfig",
    { reader: { present: false, current: false } },
    "writeReader",
  ],
  [
    "the kubeconfig's name is taken",
    { kubeconfig: { kind: "foreign" }, kubeconfigCurrent: false },
    "none",
  ],
  [
    "the revision serves",
    { ...deployed(revision({ healthy: false })), probe: { kind: "ready", version: "v1.36.0" } },
    "markHealthy",
  ],
  [
    "the revision does not answer",
    { ...deployed(revision({ healthy: false })), probe: { kind: "unreachable", why: "Down" } },
    "none",
  ],
  [
    "workloads are back",
    { namespace: awaiting, workloads: { kind: "ready" } },
    "unmarkAwaitingWorkloads",
  ],
  [
    "workloads are late",
    { namespace: awaiting, workloads: { kind: "waiting", why: "1 of 2", timedOut: true } },
    "unmarkAwaitingWorkloads",
  ],
  [
    "workloads are on their way",
    { namespace: awaiting, workloads: { kind: "waiting", why: "1 of 2", timedOut: false } },
    "none",
  ],
  ["it is suspended", ASLEEP, "none"],
];

describe("decide", () => {
  it.each(TABLE)("when %s", (_name, facts, expected) => {
    expect(decide(seen(facts), CONTEXT).action.kind).toBe(expected);
  });

  it.each<[string, Facts, number]>([
    ["a stranger's namespace", { namespace: { kind: "foreign" } }, 30_000],
    ["a stranger's release", { release: { kind: "foreign" } }, 30_000],
    ["a stranger's kubeconfig", { kubeconfig: { kind: "foreign" } }, 30_000],
    ["an external etcd", { externalEtcd: { kind: "current" } }, 60_000],
    ["a control plane that does not serve", { controlPlane: BEHIND }, 5_000],
    [
      "a chart source that is down",
      { ...NEWER, chart: { kind: "unavailable", message: "" } },
      5_000,
    ],
    ["a Helm run that failed twice", FAILED_RUN(2, 1_000), 3_000],
    ["a Helm run that failed for ever", FAILED_RUN(40, 0), 300_000],
  ])("looks again at %s without being woken", (_name, facts, expected) => {
    expect(decide(seen(facts), CONTEXT).requeueAfterMs).toBe(expected);
  });

  it("needs no timer when all is well, running or suspended", () => {
    expect(decide(seen(), CONTEXT).requeueAfterMs).toBeUndefined();
    expect(decide(seen(ASLEEP), CONTEXT).requeueAfterMs).toBeUndefined();
  });

  // Each fact outranks all that follow: adding later ones must not change the answer.
  const ORDER: readonly (readonly [Facts, string])[] = [
    [{ identity: { kind: "createEscrow" } }, "createEscrow"],
    [{ ...DRAIN }, "markDraining"],
    [{ externalEtcd: { kind: "outdated" } }, "copyExternalEtcdSecret"],
    [{ rendered: { expected: 3, current: 2, stale: [STALE] } }, "applyRelease"],
    [{ kubeconfigCurrent: false }, "writeKubeconfig"],
  ];
  it("asks in order", () => {
    for (const [index, [, expected]] of ORDER.entries()) {
      const facts = ORDER.slice(index)
        .map(([fact]) => fact)
        .reverse()
        .reduce((all, fact) => ({ ...all, ...fact }), {});
      expect(decide(seen(facts), CONTEXT).action.kind).toBe(expected);
    }
  });
});
