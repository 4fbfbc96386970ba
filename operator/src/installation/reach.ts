import type { KubeObject } from "@open-vcluster/runtime";

/** Where an installation of the product works, as one binding of its operator says. */
export interface Reach {
  readonly operatorId: string;
  /** Absent: all namespaces. */
  readonly namespace: string | undefined;
  /** Since when; RFC 3339 in UTC, so that text is in the order of time. */
  readonly since: string;
}

/** The ClusterRole that the chart binds where an operator reads instances. */
const INSTANCES_ROLE = /^open-vcluster-(.+)-operator-instances$/;

/**
 * What a RoleBinding or ClusterRoleBinding says; undefined when it is none of an operator. Nobody makes one who does not
 * hold an operator's rights himself, so a tenant cannot pretend to be another installation. Pure.
 */
export function reachOf(binding: KubeObject): Reach | undefined {
  const { name } = binding["roleRef"] as { readonly name: string };
  const operatorId = INSTANCES_ROLE.exec(name)?.[1];
  const { namespace, creationTimestamp: since = "" } = binding.metadata;
  return operatorId === undefined ? undefined : { operatorId, namespace, since };
}

/**
 * The installation that was there before this one, in a namespace that this one works for too; undefined when there is
 * none, or when no binding says where this one works. Of two, one stays: each sees the same order. Pure.
 */
export function earlierOverlap(operatorId: string, reaches: readonly Reach[]): Reach | undefined {
  const own = reaches.filter((reach) => reach.operatorId === operatorId);
  return reaches.find(
    (other) =>
      other.operatorId !== operatorId &&
      own.some((ours) => overlap(ours, other) && isBefore(other, ours)),
  );
}

function overlap(a: Reach, b: Reach): boolean {
  return a.namespace === undefined || b.namespace === undefined || a.namespace === b.namespace;
}

function isBefore(a: Reach, b: Reach): boolean {
  return a.since === b.since ? a.operatorId < b.operatorId : a.since < b.since;
}
