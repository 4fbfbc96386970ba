import {
  parseDuration,
  type SnapshotReason,
  type VClusterSnapshotLocation,
} from "@open-vcluster/crds";
import {
  boundedMessage,
  type Condition,
  findCondition,
  type OwnedStatus,
  setCondition,
  timeText,
} from "@open-vcluster/runtime";
import type { Probe } from "./probe.ts";

type Status = NonNullable<VClusterSnapshotLocation["status"]>;

const DEFAULT_INTERVAL_MS = 60_000;
/** How soon a location that cannot be used is tried again. */
const RETRY_MS = 15_000;

/** The parts of the status that this controller writes: all of it. */
export const OWNED: OwnedStatus = {
  fields: [
    "phase",
    "observedGeneration",
    "repositoryID",
    "lastProbeTime",
    "lastSyncTime",
    "snapshots",
  ],
  conditionTypes: ["Available", "Ready"],
};

/** What was found in a location for one namespace. */
export interface Finding {
  readonly namespace: string;
  readonly probe: Probe;
}

/** The same, after objects were made to show it. */
export interface ShownFinding extends Finding {
  /** Why the namespace takes none; absent: it took them. */
  readonly refused?: string;
}

/**
 * How long until a location is to be tried again, milliseconds; 0 or less: now. A clock that was set back makes nobody
 * wait. Pure.
 */
export function untilDueMs(
  { metadata, spec, status }: VClusterSnapshotLocation,
  nowMs: number,
): number {
  if (status?.lastProbeTime === undefined || status.observedGeneration !== metadata.generation) {
    return 0;
  }
  const wantedMs = spec.probeInterval === undefined ? undefined : parseDuration(spec.probeInterval);
  const intervalMs = wantedMs ?? DEFAULT_INTERVAL_MS;
  const conditions = status.conditions as readonly Condition[] | undefined;
  const isWell = findCondition(conditions, "Available")?.status === "True";
  const afterMs = isWell ? intervalMs : Math.min(RETRY_MS, intervalMs);
  const sinceMs = nowMs - Date.parse(status.lastProbeTime);
  return sinceMs < 0 ? 0 : afterMs - sinceMs;
}

/** The whole status after a location was tried for every namespace that uses it. Pure. */
export function locationStatus(
  { metadata, status = {} }: VClusterSnapshotLocation,
  findings: readonly ShownFinding[],
  nowMs: number,
): Status {
  const probes = findings.map(({ probe }) => probe);
  const failed = failureIn(findings, metadata.namespace);
  const { reason, message } = failed ?? available(findings);
  const observedGeneration = metadata.generation ?? 0;
  const held = failed === undefined ? "True" : "False";
  const before = (status.conditions ?? []) as readonly Condition[];
  const conditions = ["Available", "Ready"].reduce<readonly Condition[]>(
    (all, type) =>
      setCondition(all, { type, status: held, reason, message, observedGeneration }, nowMs),
    before,
  );
  const now = timeText(nowMs);
  return {
    ...status,
    phase: failed === undefined ? "Available" : "Unavailable",
    conditions,
    observedGeneration,
    lastProbeTime: now,
    ...repositoryOf(findings, metadata.namespace),
    ...(failed === undefined ? { lastSyncTime: now, snapshots: snapshotsIn(probes) } : {}),
  };
}

function failureIn(
  findings: readonly Finding[],
  home = "",
): Pick<Extract<Probe, { ok: false }>, "reason" | "message"> | undefined {
  for (const { namespace, probe } of findings) {
    if (probe.ok) continue;
    const { reason, message } = probe;
    return { reason, message: namespace === home ? message : `For ${namespace}: ${message}` };
  }
  return undefined;
}

function repositoryOf(findings: readonly Finding[], home = ""): Pick<Status, "repositoryID"> {
  const own = findings.find(({ namespace }) => namespace === home)?.probe;
  const id = own?.ok === true ? own.repositoryID : undefined;
  return id === undefined ? {} : { repositoryID: id };
}

function snapshotsIn(probes: readonly Probe[]): number {
  return probes.reduce(
    (sum, probe) => sum + (probe.ok ? probe.held.size - probe.unusable.size : 0),
    0,
  );
}

function available(findings: readonly ShownFinding[]): {
  readonly reason: SnapshotReason;
  readonly message: string;
} {
  const unusable = findings.reduce(
    (sum, { probe }) => sum + (probe.ok ? probe.unusable.size : 0),
    0,
  );
  const damaged =
    unusable === 0
      ? ""
      : `; ${String(unusable)} manifests there are damaged or name another namespace and are left alone`;
  const hidden = findings.filter(({ refused }) => refused !== undefined);
  const [first] = hidden;
  const others = hidden.length > 1 ? ` (and ${String(hidden.length - 1)} more namespaces)` : "";
  const unshown =
    first === undefined
      ? ""
      : `; what it holds for ${first.namespace} is not shown there${others}: ${first.refused ?? ""}`;
  return {
    reason: "Available",
    message: boundedMessage(`The location can be used${damaged}${unshown}`),
  };
}
