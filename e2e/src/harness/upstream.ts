import type { Api } from "./api.ts";

const GAUGE = /^apiserver_longrunning_requests\{([^}]*)\} (\d+)/;

/** Watches of instances that the API server serves now, whosever they are, by its own metrics. */
export async function upstreamWatches(api: Api): Promise<number> {
  const { body } = await api.call("GET", "/metrics");
  return String(body)
    .split("\n")
    .map((line) => GAUGE.exec(line))
    .filter((found) => found?.[1]?.includes('resource="vclusterinstances"'))
    .filter((found) => found?.[1]?.includes('verb="WATCH"'))
    .reduce((sum, found) => sum + Number(found?.[2]), 0);
}
