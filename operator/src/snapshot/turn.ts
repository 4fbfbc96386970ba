import type {
  SnapshotReason,
  VClusterInstance,
  VClusterRestore,
  VClusterSnapshot,
} from "@open-vcluster/crds";
import { findCondition } from "@open-vcluster/runtime";
import { beforeNameOf } from "../restore/target.ts";
import { isUnfinished } from "./facts.ts";

/** A snapshot that wants its turn at the store of an instance, and all others that may. */
export interface Turns {
  readonly snapshot: VClusterSnapshot;
  readonly instance: VClusterInstance;
  /** Of the same instance, this one included. */
  readonly snapshots: readonly VClusterSnapshot[];
  /** Of the same instance. */
  readonly restores: readonly VClusterRestore[];
  /** Whether a worker of it runs. */
  readonly isBeingMade: (snapshot: VClusterSnapshot) => boolean;
}

/** Reasons of one that waits for what may never come. */
const LACKS: ReadonlySet<string> = new Set<SnapshotReason>([
  "CredentialsMissing",
  "InstanceMissing",
  "KeyMissing",
  "LocationMissing",
  "LocationUnavailable",
  "VolumeElsewhere",
]);

/** What has its turn at the store first, as a sentence; undefined when nothing has. Pure. */
export function firstOf({
  snapshot,
  instance,
  snapshots,
  restores,
  isBeingMade,
}: Turns): string | undefined {
  const writers = restores.filter(isBegun);
  const isWayBack = writers.some((restore) => beforeNameOf(restore) === snapshot.metadata.name);
  const writer = isWayBack ? undefined : writers[0];
  if (writer !== undefined) {
    return `VClusterRestore ${writer.metadata.name} keeps the store of the instance to itself`;
  }
  const ready = findCondition(instance.status?.conditions, "Ready");
  if (ready?.reason === "RestoreIncomplete") return ready.message;
  const first = snapshots
    .filter((other) => other.metadata.uid !== snapshot.metadata.uid && isUnfinished(other))
    // The others wait for the restore, which waits for its way back.
    .find((other) => isBeingMade(other) || (!isWayBack && goesFirst(other, snapshot)));
  return first === undefined
    ? undefined
    : `VClusterSnapshot ${first.metadata.name} of the same instance is not complete yet`;
}

/** From its acceptance on, unless it changes nothing. */
function isBegun({ spec, status = {} }: VClusterRestore): boolean {
  const { startTime, completionTime, instanceMode } = status;
  if (startTime === undefined || completionTime !== undefined) return false;
  return spec.dryRun !== true || instanceMode !== undefined;
}

/** What has begun goes first, then what was asked for earlier; but what lacks something of its own keeps nobody waiting. */
function goesFirst(other: VClusterSnapshot, snapshot: VClusterSnapshot): boolean {
  if (lacksSomething(other)) return false;
  const [hasBegun, iHaveBegun] = [other, snapshot].map(
    ({ status }) => status?.startTime !== undefined,
  );
  return hasBegun === iHaveBegun ? isBefore(other, snapshot) : hasBegun === true;
}

function lacksSomething({ status }: VClusterSnapshot): boolean {
  const { reason } = findCondition(status?.conditions, "Ready") ?? {};
  return reason !== undefined && LACKS.has(reason);
}

function isBefore(one: VClusterSnapshot, other: VClusterSnapshot): boolean {
  const text = ({ metadata }: VClusterSnapshot): string =>
    `${metadata.creationTimestamp ?? ""} ${metadata.uid ?? ""}`;
  return text(one) < text(other);
}
