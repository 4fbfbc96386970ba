import type { VClusterInstanceSpec } from "@open-vcluster/crds";
import { checkAmounts } from "./amounts.ts";
import { checkBounds } from "./bounds.ts";
import { findChartLine, minorOf, supportedChartLines } from "./chart-versions.ts";
import { checkValues } from "./deny/check.ts";
import { type CheckOptions, describeRefusal } from "./deny/refusal.ts";
import { isJsonObject, type JsonObject, type JsonValue, readPath } from "./json.ts";
import type { SpecRefusal } from "./spec-refusal.ts";
import { AUTHORED_FIELDS, authoredValues } from "./typed.ts";

/** What the acceptance of a spec depends on. */
export interface AcceptInput {
  /** The desired state. */
  readonly spec: VClusterInstanceSpec;
  /** Chart version that would be used: the spec's, the release's or the operator's default. */
  readonly chartVersion: string;
  /** Kubernetes version that would be used, such as "v1.36.0". */
  readonly kubernetesVersion: string;
  /** Value paths of class `reach` that the operator's configuration lets through. */
  readonly allowedValues: readonly string[];
}

/**
 * Decides what the schema of the custom resource cannot: whether chart, Kubernetes version, distro, values and
 * limits of a spec go together. Whether a running release may become it is `checkUpgrade`'s.
 *
 * @param input - spec and the versions that it means
 * @returns every refusal; empty when the spec may be rendered
 */
export function acceptSpec(input: AcceptInput): readonly SpecRefusal[] {
  const chart = checkChart(input);
  if (chart !== undefined) return [chart];
  return [
    checkDistro(input),
    checkKubernetes(input),
    checkPower(input.spec),
    checkServiceAccount(input.spec),
    ...checkAuthored(input),
    ...checkRaw(input),
    ...checkTogether(input.spec),
    ...checkSizes(input.spec),
  ].filter((refusal) => refusal !== undefined);
}

/** Bounds can be compared only where they are amounts. */
function checkSizes(spec: VClusterInstanceSpec): readonly SpecRefusal[] {
  const refused = checkAmounts(spec);
  return refused.length > 0 ? refused : checkBounds(spec);
}

function checkChart({ chartVersion }: AcceptInput): SpecRefusal | undefined {
  if (findChartLine(chartVersion)?.supported === true) return undefined;
  const lines = supportedChartLines();
  const list = lines.map(({ line }) => `${line}.x`).join(", ");
  const message = `Chart ${chartVersion} is not supported by this operator: set spec.chart.version to one of ${list}, for example ${lines.at(-1)?.tested ?? ""}.`;
  return { reason: "ChartUnsupported", field: "spec.chart.version", message };
}

function checkDistro({ spec, chartVersion }: AcceptInput): SpecRefusal | undefined {
  const distro = spec.distro ?? "k8s";
  const distros = findChartLine(chartVersion)?.distros ?? [];
  if (distros.includes(distro)) return undefined;
  const message = `Distro ${distro} does not run with chart ${chartVersion}: charts from 0.33 on run ${distros.join(", ")} only. Remove spec.distro or set it to k8s.`;
  return { reason: "DistroUnsupported", field: "spec.distro", message };
}

function checkKubernetes({
  chartVersion,
  kubernetesVersion,
}: AcceptInput): SpecRefusal | undefined {
  const supported = Object.keys(findChartLine(chartVersion)?.kubernetes ?? {});
  const minor = minorOf(kubernetesVersion);
  if (minor !== undefined && supported.includes(minor)) return undefined;
  const message = `Kubernetes ${kubernetesVersion} does not run with chart ${chartVersion}, which runs ${supported.join(", ")}: set spec.kubernetesVersion to one of these minors, or another spec.chart.version.`;
  return { reason: "KubernetesUnsupported", field: "spec.kubernetesVersion", message };
}

function checkPower(spec: VClusterInstanceSpec): SpecRefusal | undefined {
  const isOnVolume = spec.storage?.persistent ?? true;
  if (spec.powerState !== "Suspended" || isOnVolume) return undefined;
  const message =
    "An instance without a volume cannot be suspended, because it would lose everything: set spec.powerState to Running, or make a new instance with spec.storage.persistent true.";
  return { reason: "SuspendWouldLoseData", field: "spec.powerState", message };
}

// The chart makes a ServiceAccount of this name and binds the control plane's rights to it.
function checkServiceAccount({ serviceAccount }: VClusterInstanceSpec): SpecRefusal | undefined {
  const name = serviceAccount?.name;
  if (name === undefined || !(name === "default" || name.startsWith("vc-workload-")))
    return undefined;
  const message = `ServiceAccount ${name} is used by workloads and must not get the control plane's rights: choose another name, or remove spec.serviceAccount.name.`;
  return { reason: "ServiceAccountReserved", field: "spec.serviceAccount.name", message };
}

function checkAuthored(input: AcceptInput): readonly SpecRefusal[] {
  const refusals = checkValues(authoredValues(input.spec), optionsOf(input));
  return refusals
    .filter((refusal) => refusal.class !== "owned")
    .map((refusal) => {
      const prefix = AUTHORED_FIELDS.find(([start]) => refusal.path.startsWith(start));
      const field = prefix?.[1] ?? "spec";
      return { reason: "FieldRefused", field, message: describeRefusal(refusal) };
    });
}

function checkRaw(input: AcceptInput): readonly SpecRefusal[] {
  const values: unknown = input.spec.values ?? {};
  if (!isJsonObject(values)) {
    const message = "spec.values must be an object of chart values.";
    return [{ reason: "ValuesRefused", field: "spec.values", message }];
  }
  return checkValues(values, optionsOf(input)).map((refusal) => ({
    reason: "ValuesRefused",
    field: refusal.path === "values" ? "spec.values" : `spec.values.${refusal.path}`,
    message: `${refusal.reason} ${refusal.advice}`,
  }));
}

function optionsOf({ chartVersion, allowedValues }: AcceptInput): CheckOptions {
  return { chartVersion, allowed: allowedValues };
}

/** Pairs of switches with which the syncer stops at start (`pkg/config/validation.go`). */
function checkTogether(spec: VClusterInstanceSpec): readonly SpecRefusal[] {
  const isOn = (typed: boolean | undefined, path: readonly string[]): boolean =>
    typed ?? [true, "true"].includes(readPath(rawOf(spec), path) as string | boolean);
  const { toHost, fromHost } = spec.sync ?? {};
  const found: SpecRefusal[] = [];
  for (const kind of ["storageClasses", "priorityClasses"] as const) {
    const isBoth =
      isOn(toHost?.[kind], ["sync", "toHost", kind, "enabled"]) &&
      isOn(fromHost?.[kind], ["sync", "fromHost", kind, "enabled"]);
    if (!isBoth) continue;
    const message = `${kind} cannot be synced in both directions: the control plane would stop at start. Switch one of sync.toHost.${kind} and sync.fromHost.${kind} off.`;
    found.push({ reason: "SyncConflict", field: "spec.sync", message });
  }
  const hasScheduler =
    isOn(undefined, ["controlPlane", "distro", "k8s", "scheduler", "enabled"]) ||
    isOn(undefined, ["controlPlane", "advanced", "virtualScheduler", "enabled"]);
  if (hasScheduler && !isOn(fromHost?.nodes, ["sync", "fromHost", "nodes", "enabled"])) {
    const message =
      "A scheduler inside the virtual cluster needs real nodes: set spec.sync.fromHost.nodes to true, or remove the scheduler from spec.values.";
    found.push({ reason: "SchedulerNeedsNodes", field: "spec.sync.fromHost.nodes", message });
  }
  return found;
}

function rawOf(spec: VClusterInstanceSpec): JsonObject {
  const values = spec.values as JsonValue | undefined;
  return isJsonObject(values) ? values : {};
}
