/** How delays grow with failures. */
export interface BackoffSpec {
  /** The delay after the first failure, milliseconds. */
  readonly baseMs: number;
  /** The largest delay, milliseconds. */
  readonly maxMs: number;
  /** Share of the delay that is random, in [0, 1]: 0.2 spreads it over [0.8, 1] times the delay. */
  readonly jitter: number;
}

/**
 * The delay after a number of failures in a row: `base * 2^(failures-1)`, at most `max`, less jitter. Pure.
 *
 * @param failures - Failures in a row, from 1.
 * @param random - Uniform in [0, 1).
 */
export function backoffMs(spec: BackoffSpec, failures: number, random: number): number {
  const exponent = Math.min(Math.max(failures, 1) - 1, 52);
  const whole = Math.min(spec.baseMs * 2 ** exponent, spec.maxMs);
  return Math.round(whole * (1 - spec.jitter * random));
}
