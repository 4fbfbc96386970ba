/** The numbers of a start-up probe, seconds and counts. */
export interface ProbeTiming {
  readonly initialDelaySeconds: number;
  readonly periodSeconds: number;
  readonly failureThreshold: number;
}

/**
 * What Kubernetes takes for absent numbers (core/v1 Probe).
 */
export const PROBE_DEFAULTS: ProbeTiming = {
  initialDelaySeconds: 0,
  periodSeconds: 10,
  failureThreshold: 3,
};

/**
 * Looks every second from the first second on, and gives up no earlier than before.
 *
 * The kubelet waits `initialDelaySeconds`, and a random part of a period after its own restart, before it looks at all: with the
 * chart's ten and ten an etcd that serves after one second counts as started after ten to twenty. Pure.
 */
export function tightened(probe: ProbeTiming): ProbeTiming {
  const budgetSeconds = probe.initialDelaySeconds + probe.periodSeconds * probe.failureThreshold;
  return { initialDelaySeconds: 0, periodSeconds: 1, failureThreshold: budgetSeconds };
}
