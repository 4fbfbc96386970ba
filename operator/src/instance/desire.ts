import type { VClusterInstance, VClusterInstanceSpec } from "@open-vcluster/crds";
import type { ReleaseFacts } from "../helm/helm.ts";
import type { ReleaseRevision } from "../helm/releases.ts";
import { checkUpgrade } from "../upgrade/upgrade.ts";
import { acceptSpec } from "../values/accept.ts";
import { findChartLine, kubernetesTag } from "../values/chart-versions.ts";
import { digestValues } from "../values/digest.ts";
import type { JsonObject } from "../values/json.ts";
import type { RenderMode } from "../values/render/renderer.ts";
import { LATEST_RENDERER, RENDERERS } from "../values/render/renderers.ts";
import type { SpecRefusal } from "../values/spec-refusal.ts";
import type { ServedVersions, StoreMark } from "./past.ts";

/** The release that an instance should have. */
export interface DesiredRelease extends ReleaseFacts {
  readonly mode: RenderMode;
  readonly values: JsonObject;
}

/** What an instance's spec means for its release. */
export type Desire =
  | { readonly kind: "release"; readonly release: DesiredRelease }
  | { readonly kind: "refused"; readonly refused: readonly SpecRefusal[] };

/** Everything that the desired release depends on. */
export interface DesireInput {
  readonly instance: VClusterInstance;
  readonly targetNamespace: string;
  /** The revision that runs: its versions and renderer are kept as long as the spec does not ask otherwise. */
  readonly running: ReleaseRevision | undefined;
  /** The versions that wrote what is in the store: upgrades are judged against them. Undefined before any served. */
  readonly served: ServedVersions | undefined;
  /** The store that the volumes were made for; undefined before the first. */
  readonly started: StoreMark | undefined;
  readonly mode: RenderMode;
  readonly defaultChartVersion: string;
  /** Namespace of the operator. */
  readonly operatorNamespace: string;
  readonly allowedValues: readonly string[];
}

/**
 * Derives the release from the spec.
 *
 * A release that is already what the spec means keeps its renderer, so that a newer operator restarts nobody;
 * versions that the spec leaves open stay what they are. Pure.
 */
export function desire(input: DesireInput): Desire {
  const { running } = input;
  const wanted = versionsOf(input);
  const refused = refusalsOf(input, wanted);
  if (refused.length > 0) return { kind: "refused", refused };
  if (running !== undefined && RENDERERS[running.renderer] !== undefined) {
    const kept = releaseOf(input, wanted, running.renderer);
    if (isSameRelease(kept, running)) return { kind: "release", release: kept };
  }
  return { kind: "release", release: releaseOf(input, wanted, LATEST_RENDERER) };
}

/** Whether a revision is what is desired. Pure. */
export function isSameRelease(desired: DesiredRelease, revision: ReleaseRevision): boolean {
  return (
    desired.valuesDigest === revision.valuesDigest &&
    desired.chartVersion === revision.chart &&
    desired.kubernetesVersion === revision.kubernetes
  );
}

/** The kind of store that a spec means. Pure. */
export function storeTypeOf(spec: VClusterInstanceSpec): "sqlite" | "etcd" | "externalEtcd" {
  return spec.backingStore?.type ?? "sqlite";
}

interface Versions {
  readonly chartVersion: string;
  readonly kubernetesVersion: string;
  readonly etcdMembers: number;
}

function versionsOf(input: DesireInput): Versions {
  const { running } = input;
  const { spec } = input.instance;
  const chartVersion = spec.chart?.version ?? running?.chart ?? input.defaultChartVersion;
  const kubernetes =
    spec.kubernetesVersion ??
    running?.kubernetes ??
    findChartLine(chartVersion)?.defaultKubernetes ??
    "";
  return {
    chartVersion,
    kubernetesVersion: kubernetesTag(kubernetes),
    etcdMembers: membersOf(spec, input.started),
  };
}

/** A running etcd keeps its members whatever the spec says later. */
function membersOf(spec: VClusterInstanceSpec, started: StoreMark | undefined): number {
  if (storeTypeOf(spec) !== "etcd") return 0;
  if (started?.type === "etcd" && started.members > 0) return started.members;
  return spec.backingStore?.etcd?.replicas ?? ((spec.controlPlane?.replicas ?? 1) > 1 ? 3 : 1);
}

function refusalsOf(input: DesireInput, wanted: Versions): readonly SpecRefusal[] {
  const { served, started } = input;
  const { spec } = input.instance;
  const { chartVersion, kubernetesVersion } = wanted;
  const { allowedValues } = input;
  const accepted = acceptSpec({ spec, chartVersion, kubernetesVersion, allowedValues });
  const storeType = storeTypeOf(spec);
  const etcdMembers = spec.backingStore?.etcd?.replicas ?? wanted.etcdMembers;
  const upgrade = checkUpgrade(
    {
      chartVersion: served?.chart ?? chartVersion,
      kubernetesVersion: served?.kubernetes ?? kubernetesVersion,
      storeType: started?.type ?? storeType,
      etcdMembers: started?.members ?? etcdMembers,
    },
    { chartVersion, kubernetesVersion, storeType, etcdMembers },
  );
  return [...accepted, ...reserved(input), ...upgrade];
}

/** Neither is one that the operator made, so neither would ever be used: said in words that do not advise to remove it. */
function reserved({
  instance,
  targetNamespace,
  operatorNamespace,
}: DesireInput): readonly SpecRefusal[] {
  const whose = new Map([
    [instance.metadata.namespace, "of the instance itself"],
    [operatorNamespace, "of the operator"],
  ]).get(targetNamespace);
  if (whose === undefined) return [];
  const message = `Namespace ${targetNamespace} is that ${whose}, and a virtual cluster gets one of its own: create the instance again with another spec.targetNamespace, or without one.`;
  return [{ reason: "NamespaceReserved", field: "spec.targetNamespace", message }];
}

function releaseOf(input: DesireInput, versions: Versions, renderer: string): DesiredRelease {
  const render = RENDERERS[renderer];
  if (render === undefined) throw new Error(`Renderer ${renderer} does not exist`);
  const { instance, targetNamespace, mode } = input;
  const values = render({
    instance: { namespace: instance.metadata.namespace ?? "", name: instance.metadata.name },
    spec: instance.spec,
    mode,
    targetNamespace,
    ...versions,
  });
  return { ...versions, renderer, mode, values, valuesDigest: digestValues(values) };
}
