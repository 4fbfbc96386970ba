import type { Clock } from "../process/clock.ts";

/**
 * A clock that tells the time of the API server, which made the times that objects carry: whoever judges their age by
 * it errs neither when this machine's clock is wrong nor when it jumps.
 */
export interface ServerClock extends Clock {
  /**
   * Learns from an answer.
   *
   * @param date - Its header Date; anything that is no date teaches nothing.
   * @param sentMs - When its request was sent, by {@link Clock.monotonicMs}.
   */
  heard(date: unknown, sentMs: number): void;
}

/** The header has whole seconds. */
const RESOLUTION_MS = 1_000;

/** Creates a clock that goes by the local one until the first answer. */
export function createServerClock(local: Clock): ServerClock {
  /** Time of the server less that of the local monotonic clock. */
  let offsetMs: number | undefined;
  const localOffsetMs = (): number => local.nowMs() - local.monotonicMs();
  return {
    ...local,
    nowMs: () => (offsetMs === undefined ? local.nowMs() : local.monotonicMs() + offsetMs),
    heard: (date, sentMs) => {
      const dateMs = typeof date === "string" ? Date.parse(date) : Number.NaN;
      if (Number.isNaN(dateMs)) return;
      // The server looked at its clock between the request and now. What fits is kept, so that time does not stutter.
      const leastMs = dateMs - local.monotonicMs();
      const mostMs = dateMs + RESOLUTION_MS - sentMs;
      offsetMs = Math.min(Math.max(offsetMs ?? localOffsetMs(), leastMs), mostMs);
    },
  };
}
