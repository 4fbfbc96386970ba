import type { VClusterInstance } from "@open-vcluster/crds";
import type { Ending } from "./ending.ts";
import type { OperationSeen, Subject } from "./observe.ts";
import type { OperationSettings } from "./settings.ts";

/** What becomes of an operation now. */
export type OperationDecision =
  /** Look again on the next event, or after this time. */
  | { readonly kind: "wait"; readonly requeueAfterMs: number }
  /** The instance, or the object, carries it. */
  | { readonly kind: "start"; readonly subject: Subject }
  | { readonly kind: "end"; readonly ending: Ending };

/** What a decision may use besides what was seen. */
export interface DecideContext {
  readonly nowMs: number;
  readonly settings: OperationSettings;
}

/** An operation whose instance is there. */
export interface Followed extends OperationSeen {
  readonly target: VClusterInstance;
}
