import type { TaskProgress } from "../worker/result.ts";

/** How far work is, as a status tells it. */
export interface WorkProgress {
  readonly stage: string;
  readonly keys: number;
  readonly bytes: number;
  readonly totalKeys?: number;
}

/** Pure. */
export function progressOf({ stage, keys, bytes, total }: TaskProgress): WorkProgress {
  return { stage, keys, bytes, ...(total === undefined ? {} : { totalKeys: total }) };
}
