import type { HasMetadata } from "@open-vcluster/runtime";

/** Objects that are applied together arrive one after the other. */
const GRACE_MS = 60_000;

/** Whether what an object names may still be on its way, so that its absence says nothing yet. Pure. */
export function isNew({ metadata }: HasMetadata, nowMs: number): boolean {
  return nowMs - Date.parse(metadata.creationTimestamp ?? "") < GRACE_MS;
}
