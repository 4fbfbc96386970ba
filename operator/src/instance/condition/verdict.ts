import type { Reason } from "@open-vcluster/crds";
import type { Failure } from "@open-vcluster/runtime";
import type { EvictionOutcome } from "../../drain/evict.ts";
import type { InstanceSeen } from "../seen.ts";

/** One condition without its times. */
export interface Verdict {
  readonly status: "True" | "False" | "Unknown";
  readonly reason: Reason;
  readonly message: string;
}

/** What conditions are made from: the observation and how the step went. */
export interface Account {
  readonly seen: InstanceSeen;
  /** Why the step failed, if it did. */
  readonly failure: Failure | undefined;
  readonly evictions: readonly EvictionOutcome[];
}

/** It holds. */
export function yes(reason: Reason, message: string): Verdict {
  return { status: "True", reason, message };
}

/** It does not hold. */
export function no(reason: Reason, message: string): Verdict {
  return { status: "False", reason, message };
}

/** It cannot be said yet. */
export function unknown(reason: Reason, message: string): Verdict {
  return { status: "Unknown", reason, message };
}
