import { findChartLine } from "../../chart-versions.ts";
import { isJsonObject, type JsonObject, type JsonValue, readPath } from "../../json.ts";
import type { RenderInput } from "../renderer.ts";

/**
 * Values that every release has, whatever its spec says: the open-source image (the chart's default is the Pro
 * image, which crash-loops on a licence for a stray key), no telemetry, and no owner references from tenant
 * objects to Service NAME (with them, deleting that Service deletes the tenant's volumes).
 *
 * @param input - what is rendered
 * @returns values
 */
export function identityValues(input: RenderInput): JsonObject {
  return {
    telemetry: { enabled: false },
    experimental: { syncSettings: { setOwner: false } },
    ...withoutSnapshotRights(input),
    controlPlane: {
      proxy: { extraSANs: servingNames(input) },
      distro: {
        k8s: { version: input.kubernetesVersion, imagePullPolicy: "IfNotPresent" },
      },
      statefulSet: {
        image: {
          registry: "ghcr.io",
          repository: "loft-sh/vcluster-oss",
          tag: input.chartVersion,
        },
        imagePullPolicy: "IfNotPresent",
      },
      ...(input.imageRegistry === undefined
        ? {}
        : { advanced: { defaultImageRegistry: input.imageRegistry } }),
    },
  };
}

// Charts before 0.36 render a ClusterRole on volume snapshots for every instance; those after it refuse the key.
function withoutSnapshotRights(input: RenderInput): JsonObject {
  const isGranted = findChartLine(input.chartVersion)?.grantsSnapshotRights ?? false;
  const raw = readPath(rawValues(input), ["rbac", "enableVolumeSnapshotRules", "enabled"]);
  if (!isGranted || raw !== undefined) return {};
  return { rbac: { enableVolumeSnapshotRules: { enabled: false } } };
}

// The certificate of the chart covers NAME.NS but not the name that cluster DNS completes to.
function servingNames(input: RenderInput): readonly string[] {
  const service = `${input.instance.name}.${input.targetNamespace}.svc`;
  const own = [service, `${service}.cluster.local`];
  const host = input.spec.ingress?.host;
  if (host !== undefined) own.push(host);
  const raw = rawStrings(rawValues(input), ["controlPlane", "proxy", "extraSANs"]);
  return [...new Set([...own, ...raw])];
}

/**
 * The raw values of the instance. Acceptance has checked that they are JSON.
 *
 * @param input - what is rendered
 * @returns `spec.values`, or an empty object
 */
export function rawValues(input: RenderInput): JsonObject {
  const values = input.spec.values as JsonValue | undefined;
  return isJsonObject(values) ? values : {};
}

/**
 * A list of strings in raw values, for lists that ours extend instead of replacing.
 *
 * @param values - raw values
 * @param path - where the list is
 * @returns its strings; empty when there is no list
 */
function rawStrings(values: JsonObject, path: readonly string[]): readonly string[] {
  return rawList(values, path).filter((item) => typeof item === "string");
}

/**
 * A list in raw values, for lists that ours extend instead of replacing.
 *
 * @param values - raw values
 * @param path - where the list is
 * @returns the list; empty when there is none
 */
export function rawList(values: JsonObject, path: readonly string[]): readonly JsonValue[] {
  const list = readPath(values, path);
  return Array.isArray(list) ? (list as readonly JsonValue[]) : [];
}
