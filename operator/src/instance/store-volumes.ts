import { ACCEPTED_VOLUME_ANNOTATION, type VClusterInstanceSpec } from "@open-vcluster/crds";
import { storeTypeOf } from "./desire.ts";
import { deployedRevision, isRolledOut } from "./release-facts.ts";
import type { HostSeen } from "./seen.ts";

/** The volumes that a store is on. */
export interface StoreVolumes {
  /** UIDs of the claims that hold the data of this instance, in order; empty before it served for the first time. */
  readonly known: readonly string[];
  /** UIDs of other claims that stand in their place, none of which holds that data; empty while nothing was lost. */
  readonly replacedBy: readonly string[];
}

/**
 * Which volumes hold the data, by those that the status names and those that exist. Pure.
 *
 * A member of etcd that lost its volume gets its data from the others, so one claim that is left stands for the whole.
 * What a restore has written to its end is what is wanted, and so is what somebody accepted.
 */
export function storeVolumes(host: HostSeen): StoreVolumes {
  const known = host.instance.status?.store?.volumes ?? [];
  const today = claimsOf(host);
  if (today.length === 0) return { known, replacedBy: [] };
  if (known.some((uid) => today.includes(uid)) || known.length === 0) {
    return { known: isServing(host) ? today : known, replacedBy: [] };
  }
  return isWanted(host, today) ? { known: today, replacedBy: [] } : { known, replacedBy: today };
}

/** The label `app` of the claims that the store of an instance is on. Pure. */
export function storeAppOf(spec: VClusterInstanceSpec): string {
  return storeTypeOf(spec) === "etcd" ? "vcluster-etcd" : "vcluster";
}

/** UIDs of the claims that the store of an instance is on, in order. Pure. */
export function claimsOf({ claims, instance }: HostSeen): readonly string[] {
  const app = storeAppOf(instance.spec);
  return claims
    .filter(({ labels }) => labels["app"] === app)
    .map(({ uid }) => uid)
    .toSorted();
}

function isServing(host: HostSeen): boolean {
  return deployedRevision(host)?.healthy === true && isRolledOut(host);
}

function isWanted({ instance, storeWork }: HostSeen, today: readonly string[]): boolean {
  const accepted = instance.metadata.annotations?.[ACCEPTED_VOLUME_ANNOTATION] ?? "";
  return today.includes(accepted) || storeWork.some(({ isRestored }) => isRestored === true);
}
