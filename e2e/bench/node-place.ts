import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Api, openApi } from "../src/harness/api.ts";
import { factsOf } from "../src/harness/hollow-cluster.ts";
import { installProduct, type Product } from "../src/harness/product.ts";
import { waitFor } from "../src/harness/wait.ts";
import { stderrProgress } from "../testbed/progress.ts";
import { startTestbed } from "../testbed/start.ts";

/** A real node, and both ways to a virtual cluster on it. */
export interface NodePlace {
  readonly product: Product;
  readonly api: Api;
  /** `helm` on the node's cluster. */
  helm(args: readonly string[], values?: object): Promise<void>;
  /** Waits until `/readyz` answers through the credentials of Secret `vc-NAME`. */
  untilServing(namespace: string, name: string): Promise<void>;
  close(): Promise<void>;
}

const CHART = "0.36.1";
const LOOK_MS = 100;
const TIMEOUT_MS = 600_000;
const run = promisify(execFile);

/** Starts the node and an operator that leads. */
export async function openNodePlace(): Promise<NodePlace> {
  const testbed = await startTestbed({ level: "node", progress: stderrProgress() });
  const facts = factsOf(testbed);
  const product = await installProduct("bench", facts);
  const api = openApi(facts.kubeconfig);
  const directory = mkdtempSync(join(tmpdir(), "open-vcluster-bench-"));
  await product.start().leading();
  return {
    product,
    api,
    helm: async (args, values) => {
      const file = join(directory, "values.json");
      writeFileSync(file, JSON.stringify(values ?? {}));
      const chart = join(facts.charts, `vcluster-${CHART}.tgz`);
      const tail = values === undefined ? [] : [chart, "--values", file];
      await run(facts.helm, [...args, ...tail, "--kubeconfig", facts.kubeconfig]);
    },
    untilServing: async (namespace, name) => {
      await waitFor(`${name} serves`, () => isServing(api, namespace, name), {
        timeoutMs: TIMEOUT_MS,
        intervalMs: LOOK_MS,
      });
    },
    close: async () => {
      await product.close();
      api.close();
      rmSync(directory, { recursive: true, force: true });
      await testbed.stop();
    },
  };
}

interface Secret {
  readonly data?: Readonly<Record<string, string>>;
}

interface Service {
  readonly spec?: { readonly clusterIP?: string };
}

async function isServing(api: Api, namespace: string, name: string): Promise<boolean> {
  const base = `/api/v1/namespaces/${namespace}`;
  const secret = (await api.call("GET", `${base}/secrets/vc-${name}`)).body as Secret;
  const service = (await api.call("GET", `${base}/services/${name}`)).body as Service;
  const address = service.spec?.clusterIP;
  if (secret.data === undefined || address === undefined) return false;
  const entry = (key: string): Buffer => Buffer.from(secret.data?.[key] ?? "", "base64");
  return new Promise((resolve) => {
    const asked = request(
      {
        host: address,
        port: 443,
        path: "/readyz",
        servername: `${name}.${namespace}`,
        ca: entry("certificate-authority"),
        cert: entry("client-certificate"),
        key: entry("client-key"),
        agent: false,
        timeout: 2_000,
      },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode === 200);
      },
    );
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => {
      resolve(false);
    });
    asked.end();
  });
}
