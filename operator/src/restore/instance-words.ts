import type { VClusterInstance } from "@open-vcluster/crds";
import type { RestoreSeen } from "./seen.ts";

type Condition = NonNullable<NonNullable<VClusterInstance["status"]>["conditions"]>[number];

/** Whether the instance says that it is kept as this restore asks, which alone opens its store. Pure. */
export function isHeldFor({ restore, instance }: RestoreSeen): boolean {
  const { mode, uids = [] } = instance?.status?.hold ?? {};
  return uids.includes(restore.metadata.uid ?? "") && mode === restore.status?.instanceMode;
}

/** Whether it is what its spec asks for, running or suspended. Pure. */
export function isReady(instance: VClusterInstance | undefined): boolean {
  return instance?.status?.hold === undefined && readyOf(instance)?.status === "True";
}

/** What an instance waits for, in its own words. Pure. */
export function readyWords(instance: VClusterInstance | undefined): string {
  return readyOf(instance)?.message ?? "it was not looked at yet";
}

function readyOf(instance: VClusterInstance | undefined): Condition | undefined {
  return instance?.status?.conditions?.find(({ type }) => type === "Ready");
}

/** Whether something that began then has taken too long. Pure. */
export function isLate(since: string | undefined, nowMs: number, deadlineMs: number): boolean {
  return since !== undefined && nowMs >= Date.parse(since) + deadlineMs;
}
