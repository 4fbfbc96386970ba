import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { VClusterInstanceSpec } from "@open-vcluster/crds";
import { parseAllDocuments } from "yaml";
import { supportedChartLines } from "../../../operator/src/values/chart-versions.ts";
import { AUTO_SWITCH, SWITCH } from "../../../operator/src/values/deny/accepts.ts";
import { ALLOWED } from "../../../operator/src/values/deny/allowed.ts";
import type { JsonObject, JsonValue } from "../../../operator/src/values/json.ts";
import { mergeValues } from "../../../operator/src/values/merge.ts";
import { LATEST_RENDERER, RENDERERS } from "../../../operator/src/values/render/renderers.ts";
import { KINDS } from "../../../operator/src/world/kinds.ts";
import type { Need } from "./need.ts";
import type { Rule } from "./rules.ts";

const run = promisify(execFile);

/** Helm and the charts of vcluster. */
export interface ChartPlace {
  readonly helm: string;
  /** Folder of packaged charts. */
  readonly charts: string;
}

/** An instance that makes its chart render more than others do, and what makes it so. */
interface Sample {
  readonly name: string;
  readonly spec: VClusterInstanceSpec;
}

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly rules?: readonly Rule[];
}

/** What Helm does with each object of a chart: it looks, makes, changes by patch, and removes what a new revision lacks. */
const HELM_VERBS = ["get", "create", "patch", "delete"];
/** Kinds of the chart that the operator does not read itself. */
const OTHER_KINDS: Readonly<Record<string, { readonly group: string; readonly plural: string }>> = {
  TLSRoute: { group: "gateway.networking.k8s.io", plural: "tlsroutes" },
  ServiceMonitor: { group: "monitoring.coreos.com", plural: "servicemonitors" },
};
/** By a ClusterRole: whoever grants it must hold it everywhere. */
const GRANTED_EVERYWHERE = "grants it to control planes in the whole cluster";
/** By a Role. */
const GRANTED_IN_TARGETS = "grants it to control planes in their own namespace";
const PARALLEL = 2;

/**
 * What the operator needs for Helm to install any accepted instance with any supported chart: rights on each kind that
 * charts render, and, since nobody grants what he does not hold, each right that charts give to a control plane.
 */
export async function grantedNeeds(place: ChartPlace): Promise<readonly Need[]> {
  const scratch = await mkdtemp(join(tmpdir(), "permissions-"));
  try {
    const versions = supportedChartLines().map(({ tested }) => tested);
    const newest = versions.at(-1);
    const found = await inTurns(
      versions
        .toReversed()
        .flatMap((version) =>
          samplesFor(version === newest).map((sample) => ({ version, sample })),
        ),
      async ({ version, sample }) => {
        const manifests = await template(place, scratch, version, sample);
        return needsOf(manifests, sample.name);
      },
    );
    return unique(found.flat());
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

const STORES: readonly Sample[] = [
  { name: "every instance", spec: {} },
  { name: "backingStore.type: etcd", spec: { backingStore: { type: "etcd" } } },
  {
    name: "controlPlane.replicas: 3",
    spec: { backingStore: { type: "etcd" }, controlPlane: { replicas: 3 } },
  },
  { name: "quota", spec: { quota: { pods: 10 } } },
  { name: "isolation", spec: { isolation: { mode: "baseline" } } },
  { name: "ingress", spec: { ingress: { host: "api.example.com" } } },
];

/** Not a switch but two, both on by default. */
const TWO_SWITCHES = "networking.advanced.proxyKubelets";

const SWITCHES = ALLOWED.filter(({ accepts }) => accepts === SWITCH || accepts === AUTO_SWITCH)
  .flatMap(({ paths }) => paths)
  .filter((path) => path !== TWO_SWITCHES);

/** Each switch of raw values that an instance may set: alone, where that says what a right is for, and together. */
function samplesFor(isNewest: boolean): readonly Sample[] {
  const alone = isNewest ? SWITCHES.map((path) => switchedOn(path, [path])) : [];
  return [...STORES, ...alone, switchedOn("switches of an older chart, or several", SWITCHES)];
}

function switchedOn(name: string, paths: readonly string[]): Sample {
  const values = paths
    .map((path) => around(path.split("."), true))
    .reduce((all, one) => mergeValues(all, one), {});
  return { name, spec: { values } };
}

function around(path: readonly string[], value: JsonValue): JsonObject {
  const [key = "", ...rest] = path;
  return { [key]: rest.length === 0 ? value : around(rest, value) };
}

async function template(
  { helm, charts }: ChartPlace,
  scratch: string,
  chartVersion: string,
  { name, spec }: Sample,
): Promise<readonly Manifest[]> {
  const values = RENDERERS[LATEST_RENDERER]?.({
    instance: { namespace: "default", name: "sample" },
    spec,
    mode: "running",
    chartVersion,
    kubernetesVersion: "v1.36.0",
    etcdMembers: spec.backingStore?.type === "etcd" ? 3 : 0,
    targetNamespace: "vc-sample",
  });
  const file = join(scratch, `${chartVersion}-${name.replaceAll(/[^\w.]/g, "-")}.json`);
  await writeFile(file, JSON.stringify(values), { mode: 0o600 });
  const chart = join(charts, `vcluster-${chartVersion}.tgz`);
  const { stdout } = await run(
    helm,
    [
      ...["template", "sample", chart, "--namespace", "vc-sample", "--kube-version", "1.36.0"],
      ...["--values", file, "--skip-schema-validation"],
    ],
    { maxBuffer: 16 * 1024 * 1024 },
  );
  return parseAllDocuments(stdout).flatMap((document) => {
    const manifest = document.toJS() as Manifest | null;
    return manifest === null ? [] : [manifest];
  });
}

function needsOf(manifests: readonly Manifest[], sample: string): readonly Need[] {
  return manifests.flatMap((manifest) => [...helmNeeds(manifest), ...ruleNeeds(manifest, sample)]);
}

function helmNeeds({ kind }: Manifest): readonly Need[] {
  const known = Object.values(KINDS).find((type) => type.kind === kind) ?? OTHER_KINDS[kind];
  if (known === undefined) throw new Error(`a chart renders ${kind}, which nobody knows here`);
  const { group, plural } = known;
  const reason = "runs Helm, which installs, changes and removes it";
  return HELM_VERBS.map((verb) => ({
    place: "everywhere",
    group,
    resource: plural,
    verb,
    reason,
  }));
}

function ruleNeeds({ kind, rules = [] }: Manifest, sample: string): readonly Need[] {
  const where = kind === "ClusterRole" ? GRANTED_EVERYWHERE : GRANTED_IN_TARGETS;
  const reason = `${where}, for ${sample}`;
  return rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        verbs.map((verb): Need => ({ place: "everywhere", group, resource, verb, reason })),
      ),
    ),
  );
}

/** The first sample to need something gives the reason: those that follow need it as every instance does. */
function unique(found: readonly Need[]): readonly Need[] {
  const byRight = new Map<string, Need>();
  for (const need of found) {
    const [origin = ""] = need.reason.split(",");
    const key = `${origin} ${need.group} ${need.resource} ${need.verb}`;
    if (!byRight.has(key)) byRight.set(key, need);
  }
  return [...byRight.values()];
}

async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const left = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of left) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  return results;
}
