/** Helm's status of one revision (helm.sh/helm/v3 pkg/release/status.go). */
export type RevisionStatus =
  | "deployed"
  | "superseded"
  | "failed"
  | "pending-install"
  | "pending-upgrade"
  | "pending-rollback"
  | "uninstalling"
  | "uninstalled"
  | "unknown";

/** One revision of a release, read from the labels of its Secret. Empty strings stand for absent labels. */
export interface ReleaseRevision {
  readonly revision: number;
  readonly status: RevisionStatus;
  /** When Helm wrote it last, epoch milliseconds. */
  readonly modifiedAtMs: number;
  readonly valuesDigest: string;
  readonly renderer: string;
  readonly chart: string;
  readonly kubernetes: string;
  readonly mode: string;
  readonly etcdMembers: number;
  readonly attempt: string;
  /** The control plane was seen serving with this revision. */
  readonly healthy: boolean;
  /** The control plane never served with this revision; it must not be tried again. */
  readonly failed: boolean;
  /** The Secret carries the owner's labels. */
  readonly ours: boolean;
  readonly secretName: string;
  readonly uid: string;
  readonly resourceVersion: string;
}

/** What a release is, in one word, with what the next step needs. */
export type ReleaseState =
  | { readonly kind: "absent" }
  | { readonly kind: "foreign" }
  | { readonly kind: "deployed"; readonly current: ReleaseRevision }
  | {
      readonly kind: "pendingAlive";
      readonly current: ReleaseRevision;
      /** Until this has passed the Helm process that wrote the revision may still live. */
      readonly remainingMs: number;
    }
  | { readonly kind: "pendingDead"; readonly current: ReleaseRevision }
  | {
      readonly kind: "failed";
      readonly current: ReleaseRevision;
      /** The revision whose objects were the release's before, if one is left. */
      readonly deployed?: ReleaseRevision;
    };

const PENDING: ReadonlySet<RevisionStatus> = new Set([
  "pending-install",
  "pending-upgrade",
  "pending-rollback",
  "uninstalling",
]);

/** Whether a Helm process holds, or held when it died, this revision. Pure. */
export function isPending(revision: ReleaseRevision): boolean {
  return PENDING.has(revision.status);
}

/**
 * Judges a release by its newest revision.
 *
 * @param revisions - All revisions of one release, in any order.
 * @param nowMs - The moment of judgement, epoch milliseconds.
 * @param deadlineMs - How long a Helm process may live, margin included. Only after that a pending revision is dead.
 */
export function releaseState(
  revisions: readonly ReleaseRevision[],
  nowMs: number,
  deadlineMs: number,
): ReleaseState {
  const current = newestOf(revisions);
  if (current === undefined) return { kind: "absent" };
  if (!current.ours) return { kind: "foreign" };
  if (isPending(current)) {
    const remainingMs = current.modifiedAtMs + deadlineMs - nowMs;
    return remainingMs > 0
      ? { kind: "pendingAlive", current, remainingMs }
      : { kind: "pendingDead", current };
  }
  if (current.status === "deployed") return { kind: "deployed", current };
  const deployed = newestOf(revisions.filter((revision) => revision.status === "deployed"));
  return { kind: "failed", current, ...(deployed === undefined ? {} : { deployed }) };
}

function newestOf(revisions: readonly ReleaseRevision[]): ReleaseRevision | undefined {
  return [...revisions].sort((a, b) => b.revision - a.revision)[0];
}
