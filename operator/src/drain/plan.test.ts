import { describe, expect, it } from "@jest/globals";
import type { InstanceSuspendOnTimeout } from "@open-vcluster/crds";
import fc from "fast-check";
import { type DrainSituation, MAX_EVICTIONS_PER_PASS, planDrain } from "./plan.ts";
import { classifyPod, type VirtualPod } from "./pod.ts";

const STARTED_MS = Date.UTC(2026, 0, 1);
const BASE: DrainSituation = {
  pods: [],
  startedAtMs: STARTED_MS,
  nowMs: STARTED_MS + 1_000,
  timeoutMs: 60_000,
  onTimeout: "Abort",
  evictBarePods: false,
};
const LATE = { nowMs: STARTED_MS + 60_000 };

type Kind =
  | "workload"
  | "bare"
  | "daemon"
  | "dns"
  | "leaving"
  | "unplaced"
  | "completed"
  | "static";

function pod(kind: Kind, name: string = kind): VirtualPod {
  const owner = (owned: string) => [
    { apiVersion: "apps/v1", kind: owned, name: "owner", uid: "u", controller: true },
  ];
  const metadata = {
    namespace: kind === "dns" ? "kube-system" : "default",
    name,
    uid: `uid-${name}`,
    labels: kind === "dns" ? { "k8s-app": "vcluster-kube-dns" } : { app: "web" },
    ...(kind === "bare"
      ? {}
      : { ownerReferences: owner(kind === "daemon" ? "DaemonSet" : "ReplicaSet") }),
    ...(kind === "leaving" ? { deletionTimestamp: "2026-01-01T00:00:00Z" } : {}),
    ...(kind === "static" ? { annotations: { "kubernetes.io/config.mirror": "x" } } : {}),
  };
  return {
    metadata,
    spec: kind === "unplaced" ? {} : { nodeName: "node" },
    status: { phase: kind === "completed" ? "Succeeded" : "Running" },
  };
}

const names = (pods: readonly { readonly name: string }[]): string[] =>
  pods.map(({ name }) => name);

describe("classifyPod", () => {
  it.each<[Kind, string]>([
    ["workload", "workload"],
    ["bare", "bare"],
    ["daemon", "daemon"],
    ["dns", "dns"],
    ["leaving", "leaving"],
    ["unplaced", "absent"],
    ["completed", "absent"],
    ["static", "absent"],
  ])("knows a %s pod", (kind, expected) => {
    expect(classifyPod(pod(kind))).toBe(expected);
  });

  it("takes a pod for bare whose owner is not its controller", () => {
    const owned = pod("bare");
    const ownerReferences = [{ apiVersion: "v1", kind: "ConfigMap", name: "x", uid: "u" }];
    expect(classifyPod({ ...owned, metadata: { ...owned.metadata, ownerReferences } })).toBe(
      "bare",
    );
  });
});

describe("planDrain", () => {
  it("evicts workloads first, then DaemonSets, then DNS", () => {
    const all = [pod("dns"), pod("daemon"), pod("workload"), pod("leaving")];
    const evicted = (pods: VirtualPod[]) => {
      const plan = planDrain({ ...BASE, pods });
      return plan.kind === "evict" ? [names(plan.pods), plan.left] : plan.kind;
    };
    expect(evicted(all)).toEqual([["workload"], 4]);
    expect(evicted([pod("dns"), pod("daemon"), pod("leaving")])).toEqual([["daemon"], 3]);
    expect(evicted([pod("dns"), pod("leaving")])).toEqual([["dns"], 2]);
  });

  it("waits for pods that are leaving", () => {
    expect(planDrain({ ...BASE, pods: [pod("leaving")] })).toEqual({ kind: "wait", left: 1 });
  });

  it("is done when nothing that is to go runs", () => {
    const pods = [pod("completed"), pod("static"), pod("unplaced")];
    expect(planDrain({ ...BASE, pods })).toEqual({ kind: "done", kept: [] });
  });

  it("leaves bare pods, and says so", () => {
    const plan = planDrain({ ...BASE, pods: [pod("bare")] });
    expect(plan).toMatchObject({
      kind: "done",
      kept: [{ pod: { name: "bare" }, reason: expect.stringContaining("evictBarePods") }],
    });
  });

  it("evicts bare pods with the workloads when asked", () => {
    const plan = planDrain({ ...BASE, evictBarePods: true, pods: [pod("bare"), pod("workload")] });
    expect(plan.kind === "evict" && names(plan.pods).sort()).toEqual(["bare", "workload"]);
  });

  it.each<[InstanceSuspendOnTimeout, string[]]>([
    ["Abort", ["bare"]],
    ["Keep", ["bare", "workload", "leaving"]],
    ["Delete", ["bare"]],
  ])("ends a drain that took too long with %s", (onTimeout, kept) => {
    const pods = [pod("workload"), pod("leaving"), pod("bare")];
    const plan = planDrain({ ...BASE, ...LATE, onTimeout, pods });
    expect(plan).toMatchObject({ kind: "timedOut", action: onTimeout });
    if (plan.kind === "timedOut") expect(plan.kept.map((entry) => entry.pod.name)).toEqual(kept);
  });

  it("deletes only what is not on its way out", () => {
    const pods = [pod("workload"), pod("leaving")];
    const plan = planDrain({ ...BASE, ...LATE, onTimeout: "Delete", pods });
    expect(plan.kind === "timedOut" && names(plan.pods)).toEqual(["workload"]);
  });

  it("waits a minute for deleted pods, then goes on without them", () => {
    const pods = [pod("leaving")];
    const at = (afterMs: number) =>
      planDrain({ ...BASE, nowMs: STARTED_MS + 60_000 + afterMs, onTimeout: "Delete", pods });
    expect(at(59_999)).toEqual({ kind: "wait", left: 1 });
    expect(at(60_000)).toMatchObject({ kind: "done", kept: [{ pod: { name: "leaving" } }] });
  });

  it("gives every pod its turn when many are blocked", () => {
    const pods = Array.from({ length: 180 }, (_, index) => pod("workload", `web-${index}`));
    const tried = new Set<string>();
    for (let pass = 0; pass < 60; pass += 1) {
      const plan = planDrain({ ...BASE, timeoutMs: 1e9, nowMs: STARTED_MS + pass * 5_000, pods });
      if (plan.kind !== "evict") throw new Error(plan.kind);
      expect(plan.pods).toHaveLength(MAX_EVICTIONS_PER_PASS);
      expect(new Set(names(plan.pods)).size).toBe(MAX_EVICTIONS_PER_PASS);
      for (const name of names(plan.pods)) tried.add(name);
    }
    expect(tried.size).toBe(180);
  });

  it("ends, whatever the pods do, and DNS outlives the workloads", () => {
    const kinds: Kind[] = ["workload", "bare", "daemon", "dns", "unplaced", "completed", "static"];
    const world = fc.record({
      pods: fc.array(
        fc.record({ kind: fc.constantFrom(...kinds), blocked: fc.boolean(), stuck: fc.boolean() }),
      ),
      onTimeout: fc.constantFrom<InstanceSuspendOnTimeout>("Keep", "Delete", "Abort"),
      evictBarePods: fc.boolean(),
    });
    fc.assert(
      fc.property(world, ({ pods, onTimeout, evictBarePods }) => {
        const end = drainToEnd(pods, { ...BASE, onTimeout, evictBarePods });
        expect(end.isOver).toBe(true);
        expect(end.dnsLeftEarly).toBe(false);
      }),
    );
  });
});

interface Actor {
  readonly kind: Kind;
  /** A budget never lets it be evicted. */
  readonly blocked: boolean;
  /** A finalizer never lets it leave. */
  readonly stuck: boolean;
}

/** Plays a drain with a pass every five seconds, against pods that may never go. */
function drainToEnd(actors: readonly Actor[], base: DrainSituation) {
  let pods = actors.map((actor, index) => ({ actor, pod: pod(actor.kind, `p${index}`) }));
  let dnsLeftEarly = false;
  for (let nowMs = STARTED_MS; nowMs < STARTED_MS + 300_000; nowMs += 5_000) {
    const plan = planDrain({ ...base, nowMs, pods: pods.map((entry) => entry.pod) });
    if (plan.kind === "done" || (plan.kind === "timedOut" && plan.action !== "Delete")) {
      return { isOver: true, dnsLeftEarly };
    }
    const going = new Set(plan.kind === "wait" ? [] : names(plan.pods));
    const forced = plan.kind === "timedOut";
    const others = pods.some(
      ({ actor, pod: { metadata } }) =>
        (actor.kind === "workload" || actor.kind === "daemon") &&
        metadata.deletionTimestamp === undefined,
    );
    dnsLeftEarly ||=
      !forced &&
      others &&
      pods.some(({ actor, pod: p }) => actor.kind === "dns" && going.has(p.metadata.name));
    pods = pods.flatMap((entry) => {
      const leaves = entry.pod.metadata.deletionTimestamp !== undefined;
      if (leaves) return entry.actor.stuck ? [entry] : [];
      if (!going.has(entry.pod.metadata.name) || (entry.actor.blocked && !forced)) return [entry];
      const metadata = { ...entry.pod.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" };
      return [{ ...entry, pod: { ...entry.pod, metadata } }];
    });
  }
  return { isOver: false, dnsLeftEarly };
}
