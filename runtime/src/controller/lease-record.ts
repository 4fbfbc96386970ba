import type { HasMetadata, ResourceType } from "../kube/object.ts";
import { microTimeText } from "../kube/time-text.ts";

/** coordination.k8s.io/v1 Lease. */
export const leaseType: ResourceType = {
  group: "coordination.k8s.io",
  version: "v1",
  plural: "leases",
  kind: "Lease",
  namespaced: true,
};

/** A Lease object as far as leader election needs it. */
export interface Lease extends HasMetadata {
  readonly spec?: LeaseFields;
}

/** `spec` of a Lease; times are RFC 3339 with microseconds and only for people. */
export interface LeaseFields {
  readonly holderIdentity?: string | null;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
}

/** What a candidate knows of the Lease. */
export interface LeaseSighting {
  /** The last version seen; absent if the Lease was not there at the first look. */
  readonly lease: Lease | undefined;
  /** When this version was first seen, by our monotonic clock: other clocks are never compared. */
  readonly seenAtMs: number;
  /** Whether the Lease is gone now. */
  readonly isAbsent: boolean;
}

/**
 * What is known after another look. The time moves only when the version did; a Lease that was deleted
 * stays known with its holder, who may not have noticed. Pure.
 */
export function sight(
  before: LeaseSighting | undefined,
  lease: Lease | undefined,
  nowMs: number,
): LeaseSighting {
  if (lease === undefined) {
    return { lease: before?.lease, seenAtMs: before?.seenAtMs ?? nowMs, isAbsent: true };
  }
  const isSame = before?.lease?.metadata.resourceVersion === lease.metadata.resourceVersion;
  return {
    lease,
    seenAtMs: isSame && before !== undefined ? before.seenAtMs : nowMs,
    isAbsent: false,
  };
}

/**
 * How long a candidate must still wait before it may claim, milliseconds; 0: now. Nobody waits for a
 * Lease that was given back, that is its own, or that never existed. Pure.
 *
 * @param leaseDurationMs - The candidate's own duration; the longer one of it and the holder's counts.
 */
export function claimableInMs(
  sighting: LeaseSighting,
  identity: string,
  leaseDurationMs: number,
  nowMs: number,
): number {
  const fields = sighting.lease?.spec;
  const holder = fields?.holderIdentity ?? "";
  if (holder === "" || holder === identity) return 0;
  const heldMs = Math.max(leaseDurationMs, (fields?.leaseDurationSeconds ?? 0) * 1000);
  return Math.max(0, sighting.seenAtMs + heldMs - nowMs);
}

/** The Lease with us as its new holder; the number of transitions grows. Pure. */
export function claimed(
  lease: Lease | undefined,
  holder: { readonly namespace: string; readonly name: string; readonly identity: string },
  leaseDurationMs: number,
  nowMs: number,
): Lease {
  const time = microTimeText(nowMs);
  const metadata = lease?.metadata ?? { namespace: holder.namespace, name: holder.name };
  return {
    metadata,
    spec: {
      ...lease?.spec,
      holderIdentity: holder.identity,
      leaseDurationSeconds: Math.ceil(leaseDurationMs / 1000),
      acquireTime: time,
      renewTime: time,
      leaseTransitions: (lease?.spec?.leaseTransitions ?? 0) + 1,
    },
  };
}

/** The Lease with a new renewal time. Pure. */
export function renewed(lease: Lease, nowMs: number): Lease {
  return { ...lease, spec: { ...lease.spec, renewTime: microTimeText(nowMs) } };
}

/** The Lease without a holder, so that the next candidate need not wait. Pure. */
export function released(lease: Lease, nowMs: number): Lease {
  const free = { holderIdentity: null, leaseDurationSeconds: 1, renewTime: microTimeText(nowMs) };
  return { ...lease, spec: { ...lease.spec, ...free } };
}
