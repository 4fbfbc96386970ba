import type { Reason } from "@open-vcluster/crds";

/** One reason why a spec is not carried out. */
export interface SpecRefusal {
  /** Condition reason, UpperCamelCase. */
  readonly reason: Reason;
  /** Field of the instance. */
  readonly field: string;
  /** What is wrong and the way out. */
  readonly message: string;
}
