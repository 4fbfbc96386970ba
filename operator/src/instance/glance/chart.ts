import type { Reason } from "@open-vcluster/crds";
import { failureOf } from "@open-vcluster/runtime";
import type { ChartArchive, ChartSource } from "../../chart/chart-source.ts";
import type { JsonObject } from "../../values/json.ts";
import { type SchemaCache, validateValues } from "../../values/validate.ts";
import type { DesiredRelease } from "../desire.ts";
import { isSameRelease } from "../desire.ts";
import type { GlanceView } from "../glances.ts";
import type { ChartSeen } from "../seen.ts";

/** What looking at a chart uses. */
export interface ChartGlanceDeps {
  readonly charts: ChartSource;
  readonly schemas: SchemaCache;
}

/** Fetches the chart of a release that is not deployed as desired, and checks the values against its schema. */
export async function glanceChart(
  { host, desire }: GlanceView,
  deps: ChartGlanceDeps,
  signal: AbortSignal,
): Promise<ChartSeen> {
  if (desire.kind === "refused") return { kind: "notNeeded" };
  // Nothing is installed any more, but for the store whose last state is kept.
  if (isDeleting(host) && desire.release.mode !== "storeOnly") return { kind: "notNeeded" };
  if (host.release.kind === "deployed" && isSameRelease(desire.release, host.release.current)) {
    if (!needsRepair(host)) return { kind: "notNeeded" };
  }
  try {
    const archive = await deps.charts.resolve(desire.release.chartVersion, signal);
    return judged(archive, desire.release, deps.schemas);
  } catch (thrown) {
    return failed(thrown);
  }
}

function isDeleting({ instance }: GlanceView["host"]): boolean {
  return instance.metadata.deletionTimestamp !== undefined;
}

/** Cheaper than judging the drift itself: any deviation may lead to another Helm run. */
function needsRepair({
  rendered,
  controlPlane,
  etcd,
  release,
  instance,
}: GlanceView["host"]): boolean {
  if (rendered.expected === undefined || rendered.current < rendered.expected) return true;
  if (release.kind !== "deployed") return true;
  const { mode, etcdMembers } = release.current;
  const replicas = mode === "running" ? (instance.spec.controlPlane?.replicas ?? 1) : 0;
  const members = mode === "suspended" ? 0 : etcdMembers;
  return (
    (controlPlane !== undefined && controlPlane.replicas !== replicas) ||
    (etcd !== undefined && etcd.replicas !== members)
  );
}

function judged(archive: ChartArchive, release: DesiredRelease, schemas: SchemaCache): ChartSeen {
  const chart = {
    digest: archive.digest,
    schema: archive.schema as JsonObject,
    defaults: archive.defaults as JsonObject,
  };
  const faults = validateValues(release.values, chart, schemas);
  if (faults.length === 0) return { kind: "ready", path: archive.path };
  return {
    kind: "refused",
    refused: {
      reason: "ValuesInvalid",
      field: "spec.values",
      message: `Chart ${archive.version} refuses these values: ${faults.join("; ")}. Correct them in spec.values.`,
    },
  };
}

function failed(thrown: unknown): ChartSeen {
  const failure = failureOf(thrown);
  if (failure.kind === "bug") throw failure;
  if (failure.kind !== "invalid") return { kind: "unavailable", message: failure.message };
  return {
    kind: "refused",
    refused: {
      reason: failure.reason as Reason,
      field: "spec.chart.version",
      message: failure.message,
    },
  };
}
