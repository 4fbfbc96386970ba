import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { parseAllDocuments } from "yaml";
import { type ChartContent, readChart } from "../chart/archive.ts";
import { CHART_LINES, supportedChartLines } from "./chart-versions.ts";
import { checkValues } from "./deny/check.ts";
import type { ValuePath } from "./deny/path.ts";
import { governing, isInner, verdictsFor } from "./deny/verdicts.ts";
import { isJsonObject, type JsonObject, readPath } from "./json.ts";
import type { RenderInput } from "./render/renderer.ts";
import { LATEST_RENDERER, RENDERERS } from "./render/renderers.ts";
import { type SchemaCache, validateValues } from "./validate.ts";

const HELM = process.env["TESTBED_HELM"] ?? "";
const CHARTS = process.env["TESTBED_CHARTS"] ?? "";
const GOLDEN = join(import.meta.dirname, "testdata", "render-v1");
const VERSIONS = supportedChartLines().map(({ tested }) => tested);
const run = promisify(execFile);

interface Golden {
  readonly input: RenderInput;
  readonly values: JsonObject;
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly [key: string]: unknown;
}

// Compiling a chart's schema takes seconds on a busy machine.
jest.setTimeout(120_000);

const charts = new Map<string, ChartContent>();
const cache: SchemaCache = new Map();
let scratch = "";

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "values-"));
  for (const version of VERSIONS) {
    const bytes = await readFile(join(CHARTS, `vcluster-${version}.tgz`));
    charts.set(version, await readChart(bytes, version));
  }
});

afterAll(() => rm(scratch, { recursive: true, force: true }));

function chartOf(version: string): ChartContent {
  const chart = charts.get(version);
  if (chart === undefined) throw new Error(`no chart ${version}`);
  return chart;
}

function violations(values: JsonObject, version: string): readonly string[] {
  const { schema, defaults } = chartOf(version);
  return validateValues(values, { digest: version, schema, defaults }, cache);
}

async function template(values: JsonObject, golden: RenderInput): Promise<readonly Manifest[]> {
  const file = join(scratch, `${golden.instance.name}-${golden.chartVersion}-${golden.mode}.json`);
  await writeFile(file, JSON.stringify(values), { mode: 0o600 });
  const chart = join(CHARTS, `vcluster-${golden.chartVersion}.tgz`);
  const place = ["--namespace", golden.targetNamespace, "--kube-version", "1.36.0"];
  const args = ["template", golden.instance.name, chart, ...place, "--values", file];
  const { stdout } = await run(HELM, args, { maxBuffer: 16 * 1024 * 1024 });
  return parseAllDocuments(stdout)
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);
}

function find(manifests: readonly Manifest[], kind: string, name: string): Manifest | undefined {
  return manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);
}

describe.each(VERSIONS)("chart %s", (version) => {
  it("has the defaults that the table of charts says", () => {
    const line = CHART_LINES.find(({ tested }) => tested === version);
    const { defaults } = chartOf(version);
    const image = readPath(defaults as JsonObject, [
      "controlPlane",
      "distro",
      "k8s",
      "image",
      "tag",
    ]);
    expect(line?.defaultKubernetes).toBe(image);
    const tag = readPath(defaults as JsonObject, ["controlPlane", "statefulSet", "image", "tag"]);
    expect(tag).toBe("");
  });

  it("has no value that the tables do not know", () => {
    const line = version.split(".").slice(0, 2).join(".");
    const verdicts = verdictsFor(line);
    const leaves = leavesOf(chartOf(version).schema as JsonObject);
    expect(leaves.length).toBeGreaterThan(700);
    const unknown = leaves.filter(
      (leaf) => governing(verdicts, leaf) === undefined && !isInner(verdicts, leaf),
    );
    // Reported by the operator as values that it does not know, and so refused.
    expect(unknown.map((leaf) => leaf.join("."))).toEqual([]);
  });

  it("gets every default that the tables allow through", () => {
    const { defaults } = chartOf(version);
    const refusals = checkValues(defaults as JsonObject, { chartVersion: version, allowed: [] });
    const own = refusals.filter((refusal) => refusal.reason.startsWith("Allowed here"));
    expect(own).toEqual([]);
  });

  it("refuses an unknown key and names it", () => {
    expect(violations({ controlPlane: { nonsense: 1 } }, version)).toEqual([
      'controlPlane: must NOT have additional properties ("nonsense" is not a value of this chart version)',
    ]);
    expect(violations({ telemetry: { enabled: "perhaps" } }, version)).toEqual([
      "telemetry.enabled: must be boolean",
    ]);
    expect(violations({}, version)).toEqual([]);
  });
});

describe("rendered values", () => {
  let goldens: readonly Golden[] = [];

  beforeAll(async () => {
    const files = await readdir(GOLDEN);
    const texts = await Promise.all(files.map((file) => readFile(join(GOLDEN, file), "utf8")));
    goldens = texts.map((text) => JSON.parse(text) as Golden);
  });

  it("satisfy the chart's own schema", () => {
    const render = RENDERERS[LATEST_RENDERER];
    for (const { input } of goldens) {
      for (const mode of ["running", "suspended"] as const) {
        const values = render?.({ ...input, mode }) ?? {};
        const place = `${input.instance.name} ${input.chartVersion} ${mode}`;
        expect([place, violations(values, input.chartVersion)]).toEqual([place, []]);
      }
    }
  });

  it.each(VERSIONS)("become the objects that were asked for, with chart %s", async (version) => {
    const ofVersion = goldens.filter(({ input }) => input.chartVersion === version);
    expect(ofVersion.length).toBeGreaterThan(0);
    for (const { input, values } of ofVersion) {
      const manifests = await template(values, input);
      expectControlPlane(manifests, input);
      expectEtcd(manifests, input);
      const hasNodes = input.spec.sync?.fromHost?.nodes === true;
      const clusterRoles = manifests.filter(({ kind }) => kind.startsWith("ClusterRole"));
      expect([input.instance.name, clusterRoles.length]).toEqual([
        input.instance.name,
        hasNodes ? 2 : 0,
      ]);
      const quota = find(manifests, "ResourceQuota", `vc-${input.instance.name}`);
      expect(quota !== undefined).toBe(input.spec.quota !== undefined);
    }
  });
});

function expectControlPlane(manifests: readonly Manifest[], input: RenderInput): void {
  const { name } = input.instance;
  const isStateful =
    (input.spec.backingStore?.type ?? "sqlite") === "sqlite" &&
    input.spec.storage?.persistent !== false;
  const workload = find(manifests, isStateful ? "StatefulSet" : "Deployment", name);
  const replicas = input.mode === "suspended" ? 0 : (input.spec.controlPlane?.replicas ?? 1);
  expect(workload).toMatchObject({
    spec: {
      replicas,
      template: {
        spec: {
          containers: [
            {
              name: "syncer",
              image: `ghcr.io/loft-sh/vcluster-oss:${input.chartVersion}`,
              imagePullPolicy: "IfNotPresent",
              startupProbe: { periodSeconds: 1, failureThreshold: 1800 },
              securityContext: { allowPrivilegeEscalation: false },
            },
          ],
        },
      },
    },
  });
  const pod = workload?.["spec"] as {
    template: { spec: { initContainers: readonly { name: string }[]; volumes: unknown[] } };
  };
  const copy = pod.template.spec.initContainers.find(
    (container) => container.name === "kubernetes",
  );
  expect(copy).toMatchObject({
    image: `ghcr.io/loft-sh/kubernetes:${input.kubernetesVersion}`,
    imagePullPolicy: "IfNotPresent",
    resources: { limits: { cpu: "1" } },
  });
  if (input.spec.backingStore?.type === "externalEtcd") {
    expect(pod.template.spec.volumes).toContainEqual({
      name: "external-etcd",
      secret: { secretName: `${name}-external-etcd` },
    });
  }
}

function expectEtcd(manifests: readonly Manifest[], input: RenderInput): void {
  const etcd = find(manifests, "StatefulSet", `${input.instance.name}-etcd`);
  if (input.spec.backingStore?.type !== "etcd") {
    expect(etcd).toBeUndefined();
    return;
  }
  expect(etcd).toMatchObject({
    spec: { replicas: input.mode === "suspended" ? 0 : input.etcdMembers },
  });
  const budget = find(manifests, "PodDisruptionBudget", input.instance.name);
  expect(budget !== undefined).toBe((input.spec.controlPlane?.replicas ?? 1) > 1);
}

/** Every leaf of a schema; "*" stands for keys and indexes that the schema leaves open. */
function leavesOf(schema: JsonObject): readonly ValuePath[] {
  const leaves: ValuePath[] = [];
  const definitions = schema["$defs"] as JsonObject;
  const visit = (node: JsonObject, path: ValuePath, within: readonly string[]): void => {
    const name = typeof node["$ref"] === "string" ? node["$ref"].split("/").at(-1) : undefined;
    if (name !== undefined) {
      if (within.includes(name)) return;
      visit(definitions[name] as JsonObject, path, [...within, name]);
      return;
    }
    const open = [node["additionalProperties"], node["items"]];
    const patterns = Object.values((node["patternProperties"] ?? {}) as JsonObject);
    const children = [
      ...Object.entries((node["properties"] ?? {}) as JsonObject),
      ...[...open, ...patterns].flatMap((child) =>
        isJsonObject(child) ? [["*", child] as const] : [],
      ),
    ];
    if (children.length === 0) leaves.push(path);
    for (const [key, child] of children) {
      if (isJsonObject(child)) visit(child, [...path, key], within);
      else leaves.push([...path, key]);
    }
  };
  visit(schema, [], []);
  return leaves;
}
