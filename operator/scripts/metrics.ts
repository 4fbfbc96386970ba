import { metricsPage } from "@open-vcluster/runtime";
import { METRICS_PREFIX, OPERATOR_METRICS } from "../src/metrics/catalog.ts";

/**
 * The page docs/reference/metrics.md: every metric of the operator.
 *
 * @returns Markdown
 */
export function operatorMetricsPage(): Promise<string> {
  return metricsPage(
    { program: "operator", prefix: METRICS_PREFIX, notes: NOTES },
    OPERATOR_METRICS,
  );
}

const NOTES = [
  "Durations of work are measured by the times in the status of the instance: from the creation of the object, from when its condition `Reconciling` became true, or from when its deletion was asked for. So they are whole seconds, they go on over a restart of the operator or a change of the leader, and work that turns into other work, such as a suspension during an upgrade, is measured as the last one since the first began.",
  "A snapshot that was found in its location, and a restore that only plans, is nobody's work. What ends while no replica leads is not counted.",
  "A repair of what somebody changed by hand is measured as an upgrade.",
  "An operator that dies between writing a status and being read loses that sample; none is counted twice.",
];
