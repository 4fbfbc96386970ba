import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "../../testbed/host/command.ts";
import { placesOf } from "../../testbed/host/places.ts";
import { loadProductImage } from "../../testbed/images/product.ts";
import type { Testbed } from "../../testbed/info.ts";
import { attachTestbed } from "../../testbed/testbed.ts";
import { testbedFacts } from "./environment.ts";
import { createKubectl, type Kubectl } from "./kubectl.ts";

/** A program of the product, as the label `app.kubernetes.io/component` of its pods names it. */
type Component = "operator" | "facade";

/** A pod, as far as tests look. */
export interface ProductPod {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly status: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly { readonly restartCount: number }[];
  };
}

/** The product in pods, installed on the test run's node as users do it. */
export interface ChartProduct {
  readonly testbed: Testbed;
  readonly kubectl: Kubectl;
  readonly systemNamespace: string;
  /** Namespace for instances. */
  readonly namespace: string;
  /** Base URL of the API's Service, without TLS. */
  readonly url: string;
  pods(component: Component): Promise<readonly ProductPod[]>;
  /** SIGKILL for the program in a pod: it has no time to say goodbye, and its container is started again. */
  crash(pod: ProductPod): void;
  scale(component: Component, replicas: number): Promise<void>;
  /** Removes operator, facade and both namespaces; the custom resources stay. */
  remove(): Promise<void>;
}

const DEPLOY = join(import.meta.dirname, "../../../deploy");
const RELEASE = "open-vcluster";
const CHARTS = "vcluster-charts";
const WAIT_TIMEOUT = "180s";
const COMMAND_TIMEOUT_MS = 240_000;

/** Builds the image, loads it and installs both charts with their defaults, but without TLS; all pods are ready then. */
export async function installCharts(id: string): Promise<ChartProduct> {
  const facts = testbedFacts();
  const testbed = attachTestbed(placesOf(process.env).testbedsRoot, facts.name);
  if (testbed === undefined) throw new Error(`Testbed ${facts.name} does not run`);
  const kubectl = createKubectl(facts.kubectl, facts.kubeconfig);
  const systemNamespace = `ovc-${id}-system`;
  const namespace = `ovc-${id}`;
  const helm = (...args: readonly string[]): Promise<string> =>
    runCommand(facts.helm, [...args, "--namespace", systemNamespace], {
      env: { ...process.env, KUBECONFIG: facts.kubeconfig },
      timeoutMs: COMMAND_TIMEOUT_MS,
    });
  await loadProductImage(testbed);
  await kubectl.run(["create", "namespace", namespace]);
  await helm(
    ...["upgrade", "--install", `${RELEASE}-crds`, join(DEPLOY, "crds")],
    ...["--create-namespace", "--take-ownership"],
  );
  const files = `--from-file=${facts.charts}`;
  await kubectl.run(["create", "configmap", CHARTS, "-n", systemNamespace, files]);
  const directory = mkdtempSync(join(tmpdir(), "open-vcluster-values-"));
  const values = join(directory, "values.json");
  const settings = {
    operatorId: id,
    vclusterCharts: { configMap: CHARTS },
    facade: { tls: { mode: "off" } },
  };
  writeFileSync(values, JSON.stringify(settings));
  await helm(
    ...["upgrade", "--install", RELEASE, join(DEPLOY, "chart"), "--values", values],
    ...["--wait", "--timeout", WAIT_TIMEOUT],
  );
  rmSync(directory, { recursive: true });
  const service = await kubectl.get<{
    readonly spec: { readonly clusterIP: string; readonly ports: readonly { port: number }[] };
  }>("service", "-n", systemNamespace, `${RELEASE}-facade`);
  const port = String(service?.spec.ports[0]?.port);
  return {
    testbed,
    kubectl,
    systemNamespace,
    namespace,
    url: `http://${service?.spec.clusterIP ?? ""}:${port}`,
    pods: (component) =>
      kubectl.list("pods", "-n", systemNamespace, "-l", `app.kubernetes.io/component=${component}`),
    crash: ({ metadata }) => {
      process.kill(processOf(metadata.uid), "SIGKILL");
    },
    scale: async (component, replicas) => {
      const deployment = `deployment/${RELEASE}-${component}`;
      const at = ["-n", systemNamespace];
      await kubectl.run(["scale", deployment, ...at, `--replicas=${String(replicas)}`]);
      await kubectl.run(["rollout", "status", deployment, ...at, `--timeout=${WAIT_TIMEOUT}`]);
    },
    remove: async () => {
      await helm("uninstall", RELEASE, "--wait", "--timeout", WAIT_TIMEOUT);
      await helm("uninstall", `${RELEASE}-crds`);
      await kubectl.run(["delete", "namespace", systemNamespace, namespace, "--wait=false"]);
    },
  };
}

/** The program of a pod, among the processes of this machine: the node's are. */
function processOf(podUid: string): number {
  const isWanted = (pid: string): boolean =>
    textOf(`/proc/${pid}/cgroup`).includes(`/pod${podUid}/`) &&
    textOf(`/proc/${pid}/cmdline`).startsWith("/nodejs/bin/node");
  const pid = readdirSync("/proc").find((name) => /^\d+$/.test(name) && isWanted(name));
  if (pid === undefined) throw new Error(`No program runs in pod ${podUid}`);
  return Number(pid);
}

/** Empty when the process has ended. */
function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
