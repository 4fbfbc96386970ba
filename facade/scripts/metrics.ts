import { metricsPage } from "@open-vcluster/runtime";
import { FACADE_METRICS, METRICS_PREFIX } from "../src/metrics/catalog.ts";

/**
 * The page docs/reference/facade-metrics.md: every metric of the facade.
 *
 * @returns Markdown
 */
export function facadeMetricsPage(): Promise<string> {
  return metricsPage({ program: "facade", prefix: METRICS_PREFIX, notes: [] }, FACADE_METRICS);
}
