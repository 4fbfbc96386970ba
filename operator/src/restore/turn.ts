import type { VClusterRestore } from "@open-vcluster/crds";

/** The restore of the same instance that goes before another one: it has begun, or was asked for earlier. Pure. */
export function firstRestore(
  restore: VClusterRestore,
  all: readonly VClusterRestore[],
): VClusterRestore | undefined {
  return all.find((one) => one.metadata.uid !== restore.metadata.uid && goesFirst(one, restore));
}

function goesFirst(one: VClusterRestore, other: VClusterRestore): boolean {
  if (one.status?.completionTime !== undefined || one.metadata.deletionTimestamp !== undefined) {
    return false;
  }
  if (one.status?.startTime !== undefined) return true;
  return !lacksSomething(one) && orderOf(one) < orderOf(other);
}

/** One that waits for anything but its turn waits for what may never come. */
function lacksSomething({ status }: VClusterRestore): boolean {
  const reason = status?.conditions?.find(({ type }) => type === "Ready")?.reason;
  return reason !== undefined && reason !== "InstanceBusy";
}

function orderOf({ metadata }: VClusterRestore): string {
  return `${metadata.creationTimestamp ?? ""} ${metadata.uid ?? ""}`;
}
