import type { Snapshot } from "../read/snapshot.ts";
import type { Lineage } from "../source/lineage.ts";

/** When a chain is long enough for a new base. */
export interface ChainLimits {
  readonly deltas: number;
  /** Bytes of all deltas for each byte of the base. */
  readonly deltaShare: number;
  readonly ageMs: number;
}

export const CHAIN_LIMITS: ChainLimits = { deltas: 48, deltaShare: 0.35, ageMs: 24 * 3_600_000 };

/** The store as it is now. */
export interface LiveStore {
  readonly lineage: Lineage;
  readonly revision: number;
}

/** How the next snapshot is to be taken, and why. */
export type SnapshotPlan =
  | { readonly kind: "full"; readonly reason: string }
  | {
      readonly kind: "incremental";
      /** Whether its parent is first made into a full snapshot. */
      readonly rebase: boolean;
      readonly reason: string;
    };

/**
 * Decides between a full and an incremental snapshot. Pure.
 *
 * @param parent - The newest snapshot; undefined if there is none that can be built upon.
 */
export function planSnapshot(
  parent: Snapshot | undefined,
  live: LiveStore,
  limits: ChainLimits,
  nowMs: number,
): SnapshotPlan {
  if (parent === undefined) return full("there is no snapshot to build upon");
  const { header, body } = parent.manifest;
  if (body.lineage.id !== live.lineage.id || body.lineage.clusterId !== live.lineage.clusterId) {
    return full("the store has another history than the newest snapshot");
  }
  if (live.revision < header.revision) {
    return full("the store is at an earlier revision than the newest snapshot");
  }
  const reason = rebaseReason(parent, limits, nowMs);
  return reason === undefined
    ? { kind: "incremental", rebase: false, reason: "the store went on from the newest snapshot" }
    : { kind: "incremental", rebase: true, reason };
}

function rebaseReason(
  { manifest, layers: [base, ...deltas] }: Snapshot,
  limits: ChainLimits,
  nowMs: number,
): string | undefined {
  if (manifest.header.chainLength === 0) return undefined;
  const bytesOf = (layer: typeof base): number =>
    layer.chunks.reduce((sum, { storedBytes }) => sum + storedBytes, 0);
  const deltaBytes = deltas.reduce((sum, layer) => sum + bytesOf(layer), 0);
  if (deltas.length >= limits.deltas) return "the chain has as many snapshots as it may";
  if (deltaBytes > limits.deltaShare * bytesOf(base)) return "the chain is large for its base";
  // The base is named by the moment at which it was taken.
  const age = nowMs - momentOf(base.snapId);
  return age > limits.ageMs ? "the base is as old as it may be" : undefined;
}

function momentOf(snapId: string): number {
  const iso = snapId.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z.*$/, "$1-$2-$3T$4:$5:$6Z");
  return Date.parse(iso);
}

function full(reason: string): SnapshotPlan {
  return { kind: "full", reason };
}
