import {
  type ConditionType,
  kubeconfigSecretName,
  phaseOf,
  type VClusterInstance,
} from "@open-vcluster/crds";
import { type Condition, setCondition } from "@open-vcluster/runtime";
import { reportDrain } from "../drain/report.ts";
import { externalServer } from "../kubeconfig/secret.ts";
import { controlPlaneAvailable, kubeconfigReady } from "./condition/control-plane.ts";
import { drained, suspended, workloadsReady } from "./condition/power.ts";
import { helmReleased, upgraded } from "./condition/release.ts";
import { deleting } from "./condition/removal.ts";
import { specAccepted } from "./condition/spec.ts";
import { storeInUse, storeKept } from "./condition/store.ts";
import type { Account, Verdict } from "./condition/verdict.ts";
import { storeTypeOf } from "./desire.ts";
import { holdOf, isHoldReached } from "./hold.ts";
import { endpointOf } from "./identity.ts";
import { isDrainAborted, wantsSuspended } from "./power.ts";
import { isStopped } from "./release-facts.ts";
import type { InstanceSeen } from "./seen.ts";
import { startedStore } from "./store-mark.ts";
import { storeVolumes } from "./store-volumes.ts";
import { type Parts, ready, reconciling, stalled } from "./summary.ts";

type Status = NonNullable<VClusterInstance["status"]>;

/** Condition types that this controller writes. */
export const OWNED_CONDITIONS: readonly ConditionType[] = [
  "Ready",
  "Reconciling",
  "Stalled",
  "SpecAccepted",
  "HelmReleased",
  "ControlPlaneAvailable",
  "KubeconfigReady",
  "Suspended",
  "Drained",
  "WorkloadsReady",
  "Upgraded",
  "StoreKept",
  "StoreInUse",
  "Deleting",
];

/** Status fields that this controller writes. */
export const OWNED_FIELDS: readonly string[] = [
  "phase",
  "observedGeneration",
  "endpoint",
  "kubeconfigSecretRef",
  "targetNamespace",
  "release",
  "replicas",
  "readyReplicas",
  "selector",
  "store",
  "powerState",
  "drain",
  "hold",
  "lastSnapshot",
];

/** The whole status, from what was seen and how the step went. Pure. */
export function statusOf(account: Account, nowMs: number): Status {
  const { seen } = account;
  const conditions = conditionsOf(account, nowMs);
  const power = wantsSuspended(seen.instance) && !isDrainAborted(seen.instance, seen.namespace);
  return {
    phase: phaseOf(conditions, power ? "Suspended" : "Running"),
    conditions,
    observedGeneration: observedGeneration(seen, conditions),
    targetNamespace: seen.targetNamespace,
    replicas: seen.controlPlane?.current ?? 0,
    readyReplicas: seen.controlPlane?.ready ?? 0,
    selector: `app=vcluster,release=${seen.instance.metadata.name}`,
    powerState: isStopped(seen) ? "Suspended" : "Running",
    store: storeOf(seen),
    ...releaseOf(seen),
    ...accessOf(seen),
    ...drainOf(account),
    ...holdStatusOf(seen),
    ...(seen.lastSnapshot === undefined ? {} : { lastSnapshot: seen.lastSnapshot }),
  };
}

function conditionsOf(account: Account, nowMs: number): readonly Condition[] {
  const parts: Parts = {
    specAccepted: specAccepted(account),
    helmReleased: helmReleased(account),
    controlPlaneAvailable: controlPlaneAvailable(account),
    kubeconfigReady: kubeconfigReady(account),
    suspended: suspended(account),
    drained: drained(account) ?? keptDrained(account),
    workloadsReady: workloadsReady(account),
    upgraded: upgraded(account),
    storeInUse: storeInUse(account),
    deleting: deleting(account),
  };
  const summary = ready(account, parts);
  const stall = stalled(account, parts, summary);
  const verdicts: Readonly<Record<ConditionType, Verdict | undefined>> = {
    Ready: summary,
    Reconciling: reconciling(account, summary, stall),
    Stalled: stall,
    SpecAccepted: parts.specAccepted,
    HelmReleased: parts.helmReleased,
    ControlPlaneAvailable: parts.controlPlaneAvailable,
    KubeconfigReady: parts.kubeconfigReady,
    Suspended: parts.suspended,
    Drained: parts.drained,
    WorkloadsReady: parts.workloadsReady,
    Upgraded: parts.upgraded,
    StoreKept: storeKept(account),
    StoreInUse: parts.storeInUse,
    Deleting: parts.deleting,
  };
  const { status, metadata } = account.seen.instance;
  const before = (status?.conditions ?? []) as readonly Condition[];
  const others = before.filter(({ type }) => !OWNED_CONDITIONS.includes(type as ConditionType));
  return OWNED_CONDITIONS.reduce<readonly Condition[]>((conditions, type) => {
    const verdict = verdicts[type];
    if (verdict === undefined) return conditions;
    const known = before.filter((condition) => condition.type === type);
    const set = setCondition(
      known,
      { type, ...verdict, observedGeneration: metadata.generation ?? 0 },
      nowMs,
    );
    return [...conditions, ...set];
  }, others).toSorted((a, b) => (a.type < b.type ? -1 : 1));
}

/** How a drain ended stays readable as long as the instance is to be suspended. */
function keptDrained({ seen }: Account): Verdict | undefined {
  if (!wantsSuspended(seen.instance) || seen.instance.spec.suspend?.drain !== true)
    return undefined;
  const before = seen.instance.status?.conditions?.find(({ type }) => type === "Drained");
  // That a drain was given up is read from the namespace while it holds; for another spec it is no news.
  if (before === undefined || before.reason === "DrainAborted") return undefined;
  const { status, reason, message } = before;
  return { status, reason: reason as Verdict["reason"], message };
}

/** A generation is observed when it is carried out, or when it is refused for good. */
function observedGeneration(seen: InstanceSeen, conditions: readonly Condition[]): number {
  const generation = seen.instance.metadata.generation ?? 0;
  const settled = conditions.some(
    ({ type, status, reason }) =>
      ((type === "Ready" || type === "Stalled") && status === "True") ||
      (type === "Ready" && reason === "DrainAborted"),
  );
  return settled ? generation : (seen.instance.status?.observedGeneration ?? -1);
}

function storeOf(seen: InstanceSeen): NonNullable<Status["store"]> {
  const type = storeTypeOf(seen.instance.spec);
  const members = startedStore(seen.namespace, seen.releases)?.members;
  const { known } = storeVolumes(seen);
  return {
    type,
    ...(type === "etcd" && members !== undefined ? { etcdReplicas: members } : {}),
    ...(known.length === 0 ? {} : { volumes: [...known] }),
  };
}

function releaseOf({ release, instance }: InstanceSeen): Pick<Status, "release"> {
  if (release.kind === "absent" || release.kind === "foreign") return {};
  const { chart, kubernetes, revision, status, renderer } = release.current;
  return {
    release: {
      name: instance.metadata.name,
      chartVersion: chart,
      kubernetesVersion: kubernetes,
      revision,
      status,
      renderer,
    },
  };
}

/** Shown only when it is reached: whoever it is for may then open the store. */
function holdStatusOf(seen: InstanceSeen): Pick<Status, "hold"> {
  const hold = holdOf(seen);
  if (hold === undefined || !isHoldReached(seen)) return {};
  return { hold: { mode: hold.mode, uids: seen.storeWork.map(({ uid }) => uid) } };
}

function accessOf(seen: InstanceSeen): Pick<Status, "endpoint" | "kubeconfigSecretRef"> {
  if (seen.kubeconfig.kind !== "present") return {};
  const { metadata } = seen.instance;
  const at = {
    instance: { namespace: metadata.namespace ?? "", name: metadata.name },
    targetNamespace: seen.targetNamespace,
  };
  const clusterIP = seen.service?.clusterIP ?? "";
  const kubeconfigSecretRef = { name: kubeconfigSecretName(metadata.name) };
  if (clusterIP === "") return { kubeconfigSecretRef };
  return {
    kubeconfigSecretRef,
    endpoint: externalServer(endpointOf(seen.instance, at, clusterIP)),
  };
}

function drainOf({ seen, evictions }: Account): Pick<Status, "drain"> {
  const before = seen.instance.status?.drain;
  if (seen.drain.kind === "none") return before === undefined ? {} : { drain: before };
  const { startedAtMs } = seen.drain;
  const plan = seen.drain.kind === "planned" ? seen.drain.plan : undefined;
  const kept = plan?.kind === "done" || plan?.kind === "timedOut" ? plan.kept : undefined;
  return {
    drain: reportDrain(before, {
      startedAtMs,
      ...(evictions.length === 0 ? {} : { outcomes: evictions }),
      ...(kept === undefined ? {} : { kept }),
    }),
  };
}
