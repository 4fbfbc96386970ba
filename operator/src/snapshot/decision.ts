import type { SnapshotReason, VClusterSnapshot } from "@open-vcluster/crds";
import type { JobMark } from "./job/job-mark.ts";
import type { SnapshotSettings } from "./settings.ts";

type Status = NonNullable<VClusterSnapshot["status"]>;

/** What one pass does: one effect, or none. Every effect may be repeated. */
export type SnapshotAction =
  | { readonly kind: "none" }
  | { readonly kind: "addFinalizer" }
  /** Opens the way to the store of the instance. */
  | { readonly kind: "openStore" }
  | { readonly kind: "closeStore" }
  | { readonly kind: "startMaking" }
  | { readonly kind: "startVerifying" }
  /** Begins to put back what is damaged. */
  | {
      readonly kind: "startRepairing";
      /** Whether the running store is asked too. */
      readonly withStore: boolean;
    }
  | { readonly kind: "startRemoving" }
  | { readonly kind: "endWork"; readonly job: JobMark }
  /** Deletes the object itself, whose time is over. */
  | { readonly kind: "expire" }
  | { readonly kind: "removeFinalizer" };

/** What is written down of how it is. */
export interface Report {
  readonly phase: NonNullable<Status["phase"]>;
  readonly ready: "True" | "False" | "Unknown";
  readonly reason: SnapshotReason;
  readonly message: string;
  /** Whether it failed for good. */
  readonly isFinal?: boolean;
  /** What else is known now; what is undefined is removed, and the rest of the status stays. */
  readonly fields?: { readonly [Name in keyof Status]?: Status[Name] | undefined };
}

/** A step, and what is told of it; the status stays as it is where nothing is. */
export interface SnapshotDecision {
  readonly action: SnapshotAction;
  readonly report?: Report;
  /** Look again after this time, milliseconds, when no event comes earlier. */
  readonly requeueAfterMs?: number;
}

/** What a decision may use besides what was seen. */
export interface SnapshotContext {
  readonly nowMs: number;
  readonly settings: SnapshotSettings;
}

/** Closes the way to a store, and looks again: nothing that is watched tells when it is closed. */
export const CLOSING: SnapshotDecision = { action: { kind: "closeStore" }, requeueAfterMs: 1_000 };
