import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { parseAllDocuments } from "yaml";
import { plainManifests } from "./plain-manifests.ts";
import { CHARTS, renderProduct } from "./render.ts";

const HELM = process.env["TESTBED_HELM"] ?? "";
const KUBECTL = process.env["TESTBED_KUBECTL"] ?? "";
const KUBECONFIG = process.env["TESTBED_KUBECONFIG"] ?? "";
const TESTDATA = join(import.meta.dirname, "testdata");
/** The chart with a system of values, and how many objects come out. */
const SYSTEMS = [
  ["defaults", []],
  ["some-namespaces", ["some-namespaces.values.yaml"]],
  ["everything", ["everything.values.yaml"]],
] as const;
/** Kinds that a plain API server does not have. */
const FOREIGN_KINDS: readonly string[] = ["Certificate", "PrometheusRule", "ServiceMonitor"];
const run = promisify(execFile);

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: { readonly template?: { readonly metadata: object; readonly spec: object } };
}

async function helm(...args: readonly string[]): Promise<string> {
  const env = { ...process.env, KUBECONFIG };
  return (await run(HELM, args, { env, maxBuffer: 1 << 26 })).stdout;
}

async function kubectl(args: readonly string[], input = ""): Promise<string> {
  const running = run(KUBECTL, ["--kubeconfig", KUBECONFIG, ...args], { maxBuffer: 1 << 26 });
  // One that ends before it has read its input says why by its exit code.
  running.child.stdin?.on("error", () => undefined);
  running.child.stdin?.end(input);
  return (await running).stdout;
}

function rendered(files: readonly string[]): Promise<string> {
  return renderProduct(
    HELM,
    files.map((file) => join(TESTDATA, file)),
  );
}

function manifestsOf(text: string): readonly Manifest[] {
  return parseAllDocuments(text)
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);
}

/** Without keys, which are made anew each time, and without dashboards, which are copies. */
function essential(text: string): string {
  return text
    .replaceAll(/^( {2}(?:ca\.crt|tls\.crt|tls\.key|key): ).*$/gm, "$1MADE-ANEW")
    .replaceAll(/^( {2}\S+\.json: \|\n)(?: {4}.*\n)+/gm, "$1    COPIED\n");
}

beforeAll(async () => {
  for (const namespace of ["open-vcluster-system", "shop", "shop-test"]) {
    const level = "pod-security.kubernetes.io/enforce=restricted";
    await kubectl(["create", "namespace", namespace]).catch(() => undefined);
    await kubectl(["label", "namespace", namespace, "--overwrite", level]);
  }
}, 60_000);

describe("the product's chart", () => {
  it.each(SYSTEMS)("renders %s as ever", async (name, files) => {
    const text = essential(await rendered(files));
    const golden = join(TESTDATA, `${name}.golden.yaml`);
    if (process.env["UPDATE_GOLDEN"] !== undefined) writeFileSync(golden, text);
    expect(text).toBe(readFileSync(golden, "utf8"));
  });

  it.each(SYSTEMS)("passes helm lint with %s", async (_name, files) => {
    const values = files.flatMap((file) => ["--values", join(TESTDATA, file)]);
    const said = await helm(
      "lint",
      "--strict",
      "--kube-version",
      "1.36.0",
      CHARTS.product,
      ...values,
    );
    expect(said).toContain("1 chart(s) linted, 0 chart(s) failed");
  });

  it.each(SYSTEMS)("is accepted by an API server with %s, field by field", async (_name, files) => {
    const manifests = manifestsOf(await rendered(files));
    const known = manifests.filter(({ kind }) => !FOREIGN_KINDS.includes(kind));
    expect(known.length).toBeGreaterThan(20);
    const list = { apiVersion: "v1", kind: "List", items: known };
    const args = ["apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", "-"];
    const said = await kubectl(args, JSON.stringify(list));
    expect(said.trim().split("\n")).toHaveLength(known.length);
  });

  it.each(SYSTEMS)("makes pods of the level restricted with %s", async (_name, files) => {
    const templates = manifestsOf(await rendered(files)).flatMap(({ kind, metadata, spec }) =>
      kind === "Deployment" && spec?.template !== undefined
        ? [[metadata.name, spec.template] as const]
        : [],
    );
    expect(templates).toHaveLength(2);
    for (const [name, template] of templates) {
      const { serviceAccountName: _account, ...podSpec } = template.spec as Record<string, unknown>;
      const pod = { apiVersion: "v1", kind: "Pod", metadata: { name }, spec: podSpec };
      const args = ["create", "--dry-run=server", "-n", "open-vcluster-system", "-f", "-"];
      expect(await kubectl(args, JSON.stringify(pod))).toContain("created");
    }
  });

  it("refuses what it does not know, and what cannot work", async () => {
    const refused = (...set: readonly string[]): Promise<string> =>
      helm("template", "x", CHARTS.product, "--kube-version", "1.36.0", ...set);
    await expect(refused("--set", "replicas=2")).rejects.toThrow(
      "additional properties 'replicas' not allowed",
    );
    await expect(refused("--set", "operator.config.helmDeadline=soon")).rejects.toThrow("pattern");
    await expect(refused("--set", "operatorId=Not A Label")).rejects.toThrow("operatorId");
    await expect(refused("--set", "facade.tls.mode=secret")).rejects.toThrow("secretName is empty");
    await expect(refused("--set", "facade.ingress.enabled=true")).rejects.toThrow("without a host");
    await expect(
      refused("--set", "facade.tls.mode=off,facade.clientCa.secretName=x"),
    ).rejects.toThrow("facade.clientCa needs TLS");
    await expect(
      refused(
        "--set",
        "facade.ingress.enabled=true,facade.ingress.grpc.host=a.b,facade.ingress.web.host=a.b",
      ),
    ).rejects.toThrow("give them two names");
    await expect(refused("--set", "facade.service.port=70000")).rejects.toThrow("maximum");
    await expect(refused("--kube-version", "1.29.0")).rejects.toThrow("incompatible");
  });
});

describe("values that would shadow those of the chart", () => {
  const rendering = (...set: readonly string[]): Promise<string> =>
    helm("template", "x", CHARTS.product, "--kube-version", "1.36.0", ...set);

  it.each(["commonLabels", "operator.podLabels", "facade.podLabels"])(
    "are refused among %s",
    async (labels) => {
      const own = String.raw`${labels}.app\.kubernetes\.io/component=other`;
      await expect(rendering("--set", own)).rejects.toThrow("component");
      const other = String.raw`${labels}.app\.kubernetes\.io/part-of=platform`;
      expect(await rendering("--set", other)).toContain("app.kubernetes.io/part-of: platform");
    },
  );

  it.each([
    ["operator", "OPERATOR_ID"],
    ["facade", "LISTEN_PORT"],
  ])("are refused among the environment of the %s", async (program, name) => {
    const variable = (wanted: string): string =>
      `${program}.extraEnv[0].name=${wanted},${program}.extraEnv[0].value=x`;
    await expect(rendering("--set", variable(name))).rejects.toThrow(`${program}/extraEnv/0/name`);
    expect(await rendering("--set", variable("HTTPS_PROXY"))).toContain("name: HTTPS_PROXY");
  });
});

describe("the ingress of the API", () => {
  it.each([
    ["selfSigned", "GRPCS", "HTTPS"],
    ["off", "GRPC", "HTTP"],
  ])("speaks to the backend as tls.mode %s has it", async (mode, grpc, web) => {
    const hosts = "facade.ingress.grpc.host=g.example.com,facade.ingress.web.host=w.example.com";
    const set = `facade.ingress.enabled=true,${hosts},facade.tls.mode=${mode}`;
    const text = await helm(
      "template",
      "x",
      CHARTS.product,
      "--kube-version",
      "1.36.0",
      "--set",
      set,
    );
    const said = manifestsOf(text)
      .filter(({ kind }) => kind === "Ingress")
      .map(
        ({ metadata }) => metadata.annotations?.["nginx.ingress.kubernetes.io/backend-protocol"],
      );
    expect(said).toEqual([grpc, web]);
  });
});

describe("the product's chart, where another installation works already", () => {
  const OTHER = "open-vcluster-overlapping-operator-instances";
  const namespace = "overlapped";
  const install = (...watched: readonly string[]): Promise<string> =>
    helm(
      ...["install", "x", CHARTS.product, "--namespace", "default", "--dry-run=server"],
      ...["--set-json", `watchNamespaces=${JSON.stringify(watched)}`],
    );
  const bind = (kind: string, at: readonly string[]): Promise<string> =>
    kubectl(["create", kind, OTHER, `--clusterrole=${OTHER}`, "--user=nobody", ...at]);

  beforeAll(async () => {
    await kubectl(["create", "namespace", namespace]);
  });

  afterAll(async () => {
    await kubectl(["delete", "clusterrolebinding", "--ignore-not-found", OTHER]);
    await kubectl(["delete", "namespace", namespace, "--wait=false"]);
  });

  it("refuses to work everywhere beside one for some namespaces", async () => {
    await bind("rolebinding", ["-n", namespace]);
    await expect(install()).rejects.toThrow(
      `operatorId overlapping works for namespace ${namespace} already`,
    );
    expect(await install("shop")).toContain("STATUS: pending-install");
  });

  it("refuses to work anywhere beside one for all namespaces", async () => {
    await bind("clusterrolebinding", []);
    const words = "operatorId overlapping works for all namespaces already";
    await expect(install()).rejects.toThrow(words);
    await expect(install("shop")).rejects.toThrow(words);
  });
});

describe("the manifests for kustomize", () => {
  it("are the chart's, and complete", async () => {
    const { path, text } = await plainManifests(HELM);
    expect(readFileSync(path, "utf8")).toBe(text);
    expect(text).not.toContain("Helm");
  });

  it("are accepted by an API server", async () => {
    const built = await kubectl(["kustomize", join(CHARTS.product, "..")]);
    const kinds = manifestsOf(built).map(({ kind }) => kind);
    const crds = readdirSync(join(CHARTS.crds, "files"));
    expect(kinds.filter((kind) => kind === "CustomResourceDefinition")).toHaveLength(crds.length);
    const args = ["apply", "--server-side", "--force-conflicts", "--dry-run=server", "-f", "-"];
    const said = await kubectl(args, built);
    expect(said.trim().split("\n")).toHaveLength(kinds.length);
  });
});

/** In an API group and under names of its own: other tests use the real ones on the same server. */
describe("the chart of the custom resources", () => {
  const GROUP = "charted.openvcluster.io";
  const INSTANCES = `chartedinstances.${GROUP}`;
  const RELEASE = "charted-crds";
  const at = ["--namespace", "default"];
  const instance = {
    apiVersion: `${GROUP}/v1alpha1`,
    kind: "VClusterInstance",
    metadata: { name: "kept", namespace: "default" },
    spec: { powerState: "Suspended" },
  };
  const read = async (): Promise<unknown> =>
    JSON.parse(await kubectl(["get", INSTANCES, "kept", "-o", "json"]));
  let chart = "";

  /** Edits every custom resource of the chart. */
  const edit = (change: (text: string) => string): void => {
    for (const name of readdirSync(join(chart, "files"))) {
      const file = join(chart, "files", name);
      writeFileSync(file, change(readFileSync(file, "utf8")));
    }
  };

  beforeAll(() => {
    chart = mkdtempSync(join(tmpdir(), "open-vcluster-crds-"));
    cpSync(CHARTS.crds, chart, { recursive: true });
    edit((text) =>
      text
        .replaceAll(/\bopenvcluster\.io\b/g, GROUP)
        .replaceAll(/\bvcluster(instance|operation)/g, "charted$1")
        // Short names and categories.
        .replaceAll(/^( {6}- )v/gm, "$1charted-v"),
    );
  });

  afterAll(async () => {
    await kubectl(["delete", "crd", "--ignore-not-found", INSTANCES, `chartedoperations.${GROUP}`]);
  }, 60_000);

  it("passes helm lint", async () => {
    const said = await helm("lint", "--strict", "--kube-version", "1.36.0", CHARTS.crds);
    expect(said).toContain("0 chart(s) failed");
  });

  /** `kubectl wait` fails where the status has no conditions yet. */
  async function untilServed(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await kubectl(["wait", "--for=condition=Established", `crd/${INSTANCES}`]);
        return;
      } catch (error) {
        if (attempt === 20) throw error;
      }
    }
  }

  it("installs, and upgrades with objects in store", async () => {
    await helm("install", RELEASE, chart, ...at);
    await untilServed();
    await kubectl(["create", "-f", "-"], JSON.stringify(instance));
    edit((text) => text.replaceAll("Summary for people", "Summary for everybody"));
    await helm("upgrade", RELEASE, chart, ...at);
    const columns = await kubectl(["get", "crd", INSTANCES, "-o", "yaml"]);
    expect(columns).toContain("Summary for everybody");
    expect(await read()).toMatchObject(instance);
  }, 60_000);

  it("leaves everything where it is when it is uninstalled, and takes it up again", async () => {
    await helm("uninstall", RELEASE, ...at);
    expect(await read()).toMatchObject(instance);
    await helm("install", RELEASE, chart, ...at);
    expect(await read()).toMatchObject(instance);
    await helm("uninstall", RELEASE, ...at);
  }, 60_000);
});
