import { execFile } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type TestbedFacts, testbedFacts } from "./environment.ts";
import { createKubectl, type Kubectl } from "./kubectl.ts";

const ROOT = join(import.meta.dirname, "../../..");
/** Name of the release; its objects begin with it. */
export const RELEASE = "open-vcluster";
const CRDS_RELEASE = "open-vcluster-crds";
const CRDS_NAMESPACE = "open-vcluster-crds";
const CHARTS = "vcluster-charts";
const TIMEOUT_MS = 240_000;
const run = promisify(execFile);

/** The product as its chart installs it, in pods, for one namespace of instances. */
export interface Installation {
  readonly testbed: TestbedFacts;
  readonly kubectl: Kubectl;
  readonly id: string;
  readonly systemNamespace: string;
  /** The one namespace that it works for. */
  readonly namespace: string;
  /** Installs or upgrades, and waits until all pods are ready. */
  install(options?: InstallOptions): Promise<void>;
  uninstall(): Promise<void>;
  /** One REST call; checks the certificate of the chart. */
  api(method: "GET" | "POST" | "DELETE", path: string, body?: object): Promise<ApiAnswer>;
  /** Everything that the pods of a program wrote. */
  logs(program: "operator" | "facade"): Promise<string>;
}

/** What an installation may have otherwise. */
export interface InstallOptions {
  /** Folder of the chart; default: that of this repository. */
  readonly chart?: string;
  readonly values?: object;
}

/** An answer of the API. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Runs helm against the testbed; throws with its words when it fails. */
async function helm(
  { helm: program, kubeconfig }: TestbedFacts,
  args: readonly string[],
): Promise<string> {
  const env = { ...process.env, KUBECONFIG: kubeconfig };
  const { stdout } = await run(program, args, { env, timeout: TIMEOUT_MS, maxBuffer: 1 << 26 });
  return stdout;
}

/** Installs or upgrades the chart of the custom resources. */
export async function installResources(testbed: TestbedFacts): Promise<void> {
  await helm(testbed, [
    ...["upgrade", "--install", CRDS_RELEASE, join(ROOT, "deploy", "crds")],
    // Other tests apply them without Helm.
    ...["--namespace", CRDS_NAMESPACE, "--create-namespace", "--take-ownership"],
  ]);
}

/** Makes the namespaces of an installation; the product's admits pods of the level restricted alone. */
export async function prepareInstallation(id: string): Promise<Installation> {
  const testbed = testbedFacts();
  const kubectl = createKubectl(testbed.kubectl, testbed.kubeconfig);
  const systemNamespace = `ovc-${id}-system`;
  const namespace = `ovc-${id}`;
  const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
  await kubectl.apply(
    { apiVersion: "v1", kind: "Namespace", metadata: { name: systemNamespace, labels } },
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
  );
  const charts = await kubectl.run([
    ...["create", "configmap", CHARTS, "-n", systemNamespace],
    ...[`--from-file=${testbed.charts}`, "--dry-run=client", "-o", "json"],
  ]);
  await kubectl.run(["apply", "--server-side", "-f", "-"], charts);
  const at = ["--namespace", systemNamespace];
  const directory = mkdtempSync(join(tmpdir(), "open-vcluster-values-"));
  return {
    testbed,
    kubectl,
    id,
    systemNamespace,
    namespace,
    install: async ({ chart = join(ROOT, "deploy", "chart"), values = {} } = {}) => {
      const own = {
        operatorId: id,
        watchNamespaces: [namespace],
        vclusterCharts: { configMap: CHARTS },
      };
      const files = [own, values].map((content, index) => {
        const file = join(directory, `values-${String(index)}.json`);
        writeFileSync(file, JSON.stringify(content));
        return ["--values", file];
      });
      await helm(testbed, [
        ...["upgrade", "--install", RELEASE, chart, ...at, ...files.flat()],
        ...["--wait", "--timeout", "180s"],
      ]);
    },
    uninstall: async () => {
      await helm(testbed, ["uninstall", RELEASE, ...at, "--wait", "--timeout", "180s"]);
    },
    api: async (method, path, body) => call(kubectl, systemNamespace, { method, path, body }),
    logs: (program) =>
      kubectl.run([
        ...["logs", "-n", systemNamespace, "-l", `app.kubernetes.io/component=${program}`],
        "--tail=-1",
      ]),
  };
}

interface ApiCall {
  readonly method: string;
  readonly path: string;
  readonly body: object | undefined;
}

async function call(
  kubectl: Kubectl,
  namespace: string,
  { method, path, body }: ApiCall,
): Promise<ApiAnswer> {
  const name = `${RELEASE}-facade`;
  const service = await kubectl.get<{ readonly spec: { readonly clusterIP: string } }>(
    ...["service", "-n", namespace, name],
  );
  const secret = await kubectl.get<{ readonly data: Readonly<Record<string, string>> }>(
    ...["secret", "-n", namespace, `${name}-tls`],
  );
  const token = await kubectl.run([
    ...["create", "token", "default", "-n", namespace, "--audience=open-vcluster"],
  ]);
  const { promise, resolve, reject } = Promise.withResolvers<ApiAnswer>();
  const sent = request(
    {
      host: service?.spec.clusterIP,
      port: 8443,
      servername: `${name}.${namespace}.svc`,
      ca: Buffer.from(secret?.data["ca.crt"] ?? "", "base64"),
      agent: false,
      method,
      path,
      headers: {
        authorization: `Bearer ${token.trim()}`,
        "content-type": "application/json",
      },
    },
    (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => {
        text += part;
      });
      response.on("end", () => {
        const answer = JSON.parse(text === "" ? "{}" : text) as ApiAnswer["body"];
        resolve({ status: response.statusCode ?? 0, body: answer });
      });
    },
  );
  sent.once("error", reject);
  sent.end(body === undefined ? undefined : JSON.stringify(body));
  return promise;
}
