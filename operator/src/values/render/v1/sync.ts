import type { JsonObject } from "../../json.ts";
import type { RenderInput } from "../renderer.ts";

/**
 * Which kinds of objects are copied. A field that is absent is left to raw values and to the chart.
 *
 * @param input - what is rendered
 * @returns values
 */
export function syncValues(input: RenderInput): JsonObject {
  const { toHost, fromHost } = input.spec.sync ?? {};
  const { allSecrets, allConfigMaps, ...kindsToHost } = toHost ?? {};
  const upward = {
    ...switches(kindsToHost),
    ...(allSecrets === undefined ? {} : { secrets: { all: allSecrets } }),
    ...(allConfigMaps === undefined ? {} : { configMaps: { all: allConfigMaps } }),
  };
  const downward = switches(fromHost ?? {});
  const sync = {
    ...(Object.keys(upward).length === 0 ? {} : { toHost: upward }),
    ...(Object.keys(downward).length === 0 ? {} : { fromHost: downward }),
  };
  return Object.keys(sync).length === 0 ? {} : { sync };
}

// The fields of the custom resource have the names of the chart's keys.
function switches(kinds: object): JsonObject {
  const entries = Object.entries(kinds).flatMap(([kind, enabled]: [string, unknown]) =>
    typeof enabled === "boolean" ? [[kind, { enabled }] as const] : [],
  );
  return Object.fromEntries(entries);
}
