import type { Accepts } from "./accepts.ts";
import type { RefusalClass } from "./refusal.ts";

/** Paths that are refused for the same reason. */
export interface DenyGroup {
  readonly class: Exclude<RefusalClass, "malformed">;
  /** Why, as one sentence. */
  readonly reason: string;
  /** What to do instead, as one sentence. */
  readonly advice: string;
  /** Patterns; each covers everything below it, unless a longer pattern says otherwise. */
  readonly paths: readonly string[];
  /** First chart line for which the group counts, such as "0.36". */
  readonly from?: string;
  /** First chart line for which it counts no more. */
  readonly before?: string;
}

/** Paths that are allowed with the same kind of values. */
export interface AllowGroup {
  readonly accepts: Accepts;
  /** Patterns; each covers everything below it, unless a longer pattern says otherwise. */
  readonly paths: readonly string[];
}
