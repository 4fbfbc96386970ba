import type { Clock } from "./clock.ts";
import type { Logger } from "./log.ts";
import type { Metrics } from "./metrics.ts";

/** What everything uses that works on its own for as long as the process lives. */
export interface RuntimeDeps {
  readonly logger: Logger;
  readonly clock: Clock;
  /** Uniform in [0, 1); for jitter. */
  readonly random: () => number;
  readonly metrics?: Metrics | undefined;
}
