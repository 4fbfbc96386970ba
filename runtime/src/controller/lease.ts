import { Failure } from "../failure.ts";
import type { KubeClient } from "../kube/client.ts";
import type { Clock } from "../process/clock.ts";
import type { Logger } from "../process/log.ts";
import type { Metrics } from "../process/metrics.ts";

/** Which Lease is contended for, and the times. */
export interface LeaderSpec {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly name: string;
  /** Unique for this process. */
  readonly identity: string;
  /** Others may take over after this long without a renewal; default 15 000. */
  readonly leaseDurationMs?: number;
  /** Pause between renewals and between attempts; default 2 000. */
  readonly retryPeriodMs?: number;
  /** We stop acting this long before others may start; default 5 000. */
  readonly marginMs?: number;
}

/** What an elector uses. */
export interface LeaderDeps {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: () => number;
  readonly metrics?: Metrics;
}

/** Leader election on a coordination.k8s.io/v1 Lease. */
export interface LeaderElector {
  /** Whether acting is allowed at this instant; ask before each effect. */
  isLeader(): boolean;
  /** Grows with each change of leader; `undefined` while not leading. */
  term(): number | undefined;
  /**
   * Waits for leadership, then runs `work` until it ends, leadership is lost or `signal` aborts; the
   * work's signal aborts in the last two cases. A held lease is given back after the work ended.
   *
   * @returns "stopped" after `signal` or when the work ended, "lost" when leadership was lost.
   */
  run(
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<void>,
  ): Promise<"stopped" | "lost">;
}

/** Creates an elector. */
export function createLeaderElector(_spec: LeaderSpec, _deps: LeaderDeps): LeaderElector {
  throw new Failure("bug", "NotBuilt", "not built");
}

/** The same client, but every writing call throws `precondition` NotLeader unless `isLeader()`. */
export function fencedClient(_client: KubeClient, _isLeader: () => boolean): KubeClient {
  throw new Failure("bug", "NotBuilt", "not built");
}
