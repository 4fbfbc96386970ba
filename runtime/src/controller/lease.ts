import { Failure, failureOf } from "../failure.ts";
import type { KubeClient } from "../kube/client.ts";
import { linkAbort } from "../kube/deadline.ts";
import { errorFields } from "../process/log.ts";
import { LEADER } from "../process/metric-catalog.ts";
import type { RuntimeDeps } from "../process/runtime-deps.ts";
import {
  claimableInMs,
  claimed,
  type Lease,
  type LeaseSighting,
  leaseType,
  released,
  renewed,
  sight,
} from "./lease-record.ts";

/** Which Lease is contended for, and the times. */
export interface LeaderSpec {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly name: string;
  /** Unique for this process, such as the Pod's name and a random part. */
  readonly identity: string;
  /** Others may take over after this long without a renewal; whole seconds, default 15 000. */
  readonly leaseDurationMs?: number | undefined;
  /** Pause between attempts of a candidate and after a failed renewal; default 2 000. */
  readonly retryPeriodMs?: number | undefined;
  /** We stop acting this long before others may begin; default 5 000. */
  readonly marginMs?: number | undefined;
}

/** Leader election on a coordination.k8s.io/v1 Lease. */
export interface LeaderElector {
  /**
   * Whether acting is allowed at this instant; ask right before each effect. False as soon as the time
   * since the last successful renewal was sent exceeds the lease duration less the margin, also when this
   * process, its event loop or its machine stood still in between.
   */
  isLeader(): boolean;
  /** Grows with each change of leader; `undefined` while not leading. */
  term(): number | undefined;
  /**
   * Waits for leadership, then runs `work` until it ends, leadership is lost or `signal` aborts; the
   * work's signal aborts in the last two cases, and the work is waited for. A Lease that is still held is
   * given back then, so that the next candidate need not wait. Throws what the work throws.
   *
   * @returns "stopped" after `signal` or when the work ended, "lost" when leadership was lost.
   */
  run(
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<void>,
  ): Promise<"stopped" | "lost">;
}

/** One term of ours. */
interface Held {
  readonly lease: Lease;
  /** When the last successful claim or renewal was sent, on both clocks. */
  readonly sentMonotonicMs: number;
  readonly sentWallMs: number;
}

/** Creates an elector; nothing happens before `run`. */
export function createLeaderElector(spec: LeaderSpec, deps: RuntimeDeps): LeaderElector {
  const { clock } = deps;
  const { client, identity } = spec;
  const leaseDurationMs = spec.leaseDurationMs ?? 15_000;
  const retryPeriodMs = spec.retryPeriodMs ?? 2_000;
  const validityMs = leaseDurationMs - (spec.marginMs ?? 5_000);
  const logger = deps.logger.child({ lease: spec.name, identity });
  const leading = deps.metrics?.gauge(LEADER);
  let sighting: LeaseSighting | undefined;
  let held: Held | undefined;

  /** The wall clock counts as well: the monotonic one stands still while a machine is suspended. */
  const leftMs = (): number => {
    if (held === undefined) return 0;
    const passedMs = Math.max(
      clock.monotonicMs() - held.sentMonotonicMs,
      clock.nowMs() - held.sentWallMs,
    );
    return Math.max(0, validityMs - passedMs);
  };

  const write = async (send: (nowMs: number) => Promise<Lease>): Promise<void> => {
    const sentMonotonicMs = clock.monotonicMs();
    const sentWallMs = clock.nowMs();
    const lease = await send(sentWallMs);
    held = { lease, sentMonotonicMs, sentWallMs };
  };

  const look = async (signal: AbortSignal): Promise<LeaseSighting> => {
    const options = { signal, timeoutMs: validityMs };
    const lease = await client.get<Lease>(leaseType, spec, options);
    sighting = sight(sighting, lease, clock.monotonicMs());
    return sighting;
  };

  /** One attempt; how long to wait before the next, or `undefined` when we lead. */
  const attempt = async (signal: AbortSignal): Promise<number | undefined> => {
    const seen = await look(signal);
    const waitMs = claimableInMs(seen, identity, leaseDurationMs, clock.monotonicMs());
    if (waitMs > 0) return Math.min(waitMs, retryPeriodMs);
    const options = { signal, timeoutMs: validityMs };
    await write((nowMs) => {
      const lease = claimed(seen.isAbsent ? undefined : seen.lease, spec, leaseDurationMs, nowMs);
      return seen.isAbsent
        ? client.create<Lease>(leaseType, lease, options)
        : client.replace<Lease>(leaseType, lease, options);
    });
    return leftMs() > 0 ? undefined : 0;
  };

  const acquire = async (signal: AbortSignal): Promise<boolean> => {
    while (!signal.aborted) {
      const pauseMs = await attempt(signal).catch((error: unknown) => {
        if (!signal.aborted)
          logger.warn(errorFields(failureOf(error)), "Claiming the lease failed");
        return retryPeriodMs;
      });
      if (pauseMs === undefined) return true;
      await clock.sleep(pauseMs * (1 - 0.2 * deps.random()), signal).catch(() => undefined);
    }
    return false;
  };

  /**
   * Renews once. Not abortable, or a renewal that did arrive could stand between us and giving back. A
   * conflict may be our own earlier write whose answer was lost.
   */
  const renew = async (): Promise<void> => {
    const options = { timeoutMs: Math.max(1, leftMs()) };
    const present = held?.lease;
    if (present === undefined) throw lost();
    try {
      await write((nowMs) => client.replace<Lease>(leaseType, renewed(present, nowMs), options));
    } catch (error) {
      if (!(error instanceof Failure) || (error.kind !== "conflict" && error.kind !== "notFound")) {
        throw error;
      }
      const lease = await client.get<Lease>(leaseType, spec, options);
      if (!isSameTerm(lease, present)) throw lost();
      await write((nowMs) => client.replace<Lease>(leaseType, renewed(lease, nowMs), options));
    }
  };

  const renewOrSay = async (): Promise<"renewed" | "failed" | "lost"> => {
    try {
      await renew();
      return "renewed";
    } catch (error) {
      if (error instanceof Failure && error.reason === lostReason) return "lost";
      logger.warn(errorFields(failureOf(error)), "Renewing the lease failed");
      return "failed";
    }
  };

  /** Renews until the work ended; false when leadership was lost before. */
  const keep = async (ended: AbortSignal): Promise<boolean> => {
    let pauseMs = validityMs / 3;
    for (;;) {
      await clock.sleep(Math.min(pauseMs, leftMs()), ended).catch(() => undefined);
      if (leftMs() === 0) return false;
      if (ended.aborted) return true;
      const result = await renewOrSay();
      if (result === "lost") return false;
      pauseMs = result === "renewed" ? validityMs / 3 : Math.min(retryPeriodMs, validityMs / 10);
    }
  };

  const giveBack = async (): Promise<void> => {
    const present = held?.lease;
    held = undefined;
    if (present === undefined) return;
    try {
      const lease = released(present, clock.nowMs());
      sighting = undefined;
      await client.replace<Lease>(leaseType, lease, { timeoutMs: retryPeriodMs });
      logger.info({}, "Gave the lease back");
    } catch (error) {
      logger.warn(errorFields(failureOf(error)), "The lease could not be given back");
    }
  };

  return {
    isLeader: () => leftMs() > 0,
    term: () => (leftMs() > 0 ? held?.lease.spec?.leaseTransitions : undefined),
    run: async (signal, work) => {
      if (!(await acquire(signal))) return "stopped";
      logger.info({ term: held?.lease.spec?.leaseTransitions }, "Leading");
      leading?.set({ lease: spec.name }, 1);
      const link = linkAbort(signal);
      const ended = new AbortController();
      const working = work(link.signal).finally(() => {
        ended.abort();
      });
      working.catch(() => undefined);
      const isKept = await keep(ended.signal);
      leading?.set({ lease: spec.name }, 0);
      if (!isKept) {
        held = undefined;
        logger.error({}, "Leadership was lost");
        link.abort(lost());
      }
      try {
        await working;
      } finally {
        link.release();
        await giveBack();
      }
      return isKept ? "stopped" : "lost";
    },
  };
}

const lostReason = "LeadershipLost";

function lost(): Failure {
  return new Failure("precondition", lostReason, "Another process leads now");
}

function isSameTerm(lease: Lease | undefined, ours: Lease): lease is Lease {
  return (
    lease?.spec?.holderIdentity === ours.spec?.holderIdentity &&
    lease?.spec?.leaseTransitions === ours.spec?.leaseTransitions
  );
}
