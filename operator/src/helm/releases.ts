import {
  ATTEMPT_LABEL,
  CHART_LABEL,
  ETCD_MEMBERS_LABEL,
  HEALTHY_LABEL,
  INSTANCE_NAME_LABEL,
  INSTANCE_NAMESPACE_LABEL,
  KUBERNETES_LABEL,
  MODE_LABEL,
  OPERATOR_ID_LABEL,
  RENDERER_LABEL,
  VALUES_DIGEST_LABEL,
} from "@open-vcluster/crds";
import type { ObjectMeta } from "@open-vcluster/runtime";
import type { ReleaseOwner } from "./helm.ts";

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
  /**
   * When it was written last, epoch milliseconds. Taken from the API server's own record, because Helm carries the label
   * `modifiedAt` of a first revision over to all later ones (helm v3.21.4, pkg/storage/driver/secrets.go).
   */
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

const STATUSES: ReadonlySet<string> = new Set<RevisionStatus>([
  "deployed",
  "superseded",
  "failed",
  "pending-install",
  "pending-upgrade",
  "pending-rollback",
  "uninstalling",
  "uninstalled",
]);

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

/** Label selector of all revisions of all releases; add `,name=RELEASE` for one of them. */
export const RELEASE_SELECTOR = "owner=helm";

/** Whether Helm itself wrote this record: only its own Secrets are called like this, and none is synced. Pure. */
export function isGenuineRecord(metadata: ObjectMeta): boolean {
  const { name = "", version = "" } = metadata.labels ?? {};
  return metadata.name === `sh.helm.release.v1.${name}.v${version}`;
}

/**
 * Reads a revision from the metadata of its Secret. Pure.
 *
 * @param owner - Whose release it should be; absent: `ours` is false.
 * @returns `undefined` for a Secret that is no Helm revision.
 */
export function revisionOf(
  metadata: ObjectMeta,
  owner: ReleaseOwner | undefined,
): ReleaseRevision | undefined {
  const labels = metadata.labels ?? {};
  const revision = Number(labels["version"]);
  if (labels["owner"] !== "helm" || !Number.isSafeInteger(revision)) return undefined;
  if (!isGenuineRecord(metadata)) return undefined;
  const label = (key: string): string => labels[key] ?? "";
  return {
    revision,
    status: statusOf(label("status")),
    modifiedAtMs: modifiedAtMs(metadata),
    valuesDigest: label(VALUES_DIGEST_LABEL),
    renderer: label(RENDERER_LABEL),
    chart: label(CHART_LABEL),
    kubernetes: label(KUBERNETES_LABEL),
    mode: label(MODE_LABEL),
    etcdMembers: Number(label(ETCD_MEMBERS_LABEL)) || 0,
    attempt: label(ATTEMPT_LABEL),
    healthy: label(HEALTHY_LABEL) === "true",
    ours: owner !== undefined && isOwnedBy(labels, owner),
    secretName: metadata.name,
    uid: metadata.uid ?? "",
    resourceVersion: metadata.resourceVersion ?? "",
  };
}

/** The ownership labels of an owner. Pure. */
export function ownerLabels(owner: ReleaseOwner): Readonly<Record<string, string>> {
  return {
    [INSTANCE_NAMESPACE_LABEL]: owner.instanceNamespace,
    [INSTANCE_NAME_LABEL]: owner.instanceName,
    [OPERATOR_ID_LABEL]: owner.operatorId,
  };
}

function isOwnedBy(labels: Readonly<Record<string, string>>, owner: ReleaseOwner): boolean {
  return Object.entries(ownerLabels(owner)).every(([key, value]) => labels[key] === value);
}

function statusOf(label: string): RevisionStatus {
  return STATUSES.has(label) ? (label as RevisionStatus) : "unknown";
}

function modifiedAtMs(metadata: ObjectMeta): number {
  const times = (metadata.managedFields ?? []).map((entry) =>
    typeof entry === "object" && entry !== null && "time" in entry ? String(entry.time) : "",
  );
  return [metadata.creationTimestamp ?? "", ...times]
    .map((time) => Date.parse(time))
    .filter((timeMs) => Number.isFinite(timeMs))
    .reduce((latest, timeMs) => Math.max(latest, timeMs), 0);
}

function newestOf(revisions: readonly ReleaseRevision[]): ReleaseRevision | undefined {
  return [...revisions].sort((a, b) => b.revision - a.revision)[0];
}
