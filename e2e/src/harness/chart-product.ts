import type { Testbed } from "../../testbed/info.ts";
import { installResources, prepareInstallation, RELEASE } from "./installation.ts";
import type { Kubectl } from "./kubectl.ts";
import { loadImage, testbedOfRun } from "./node-testbed.ts";
import { processOfPod } from "./pod-process.ts";

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

/** Loads the image and installs both charts with their defaults, but without TLS; all pods are ready then. */
export async function installCharts(id: string): Promise<ChartProduct> {
  const installation = await prepareInstallation(id);
  const { kubectl, systemNamespace, namespace } = installation;
  await loadImage(installation.testbed);
  await installResources(installation.testbed);
  await installation.install({ values: { watchNamespaces: [], facade: { tls: { mode: "off" } } } });
  const service = await kubectl.get<{
    readonly spec: { readonly clusterIP: string; readonly ports: readonly { port: number }[] };
  }>("service", "-n", systemNamespace, `${RELEASE}-facade`);
  const port = String(service?.spec.ports[0]?.port);
  return {
    testbed: testbedOfRun(installation.testbed),
    kubectl,
    systemNamespace,
    namespace,
    url: `http://${service?.spec.clusterIP ?? ""}:${port}`,
    pods: (component) =>
      kubectl.list("pods", "-n", systemNamespace, "-l", `app.kubernetes.io/component=${component}`),
    crash: ({ metadata }) => {
      const pid = processOfPod(metadata.uid, "/nodejs/bin/node");
      if (pid === undefined) throw new Error(`No program runs in pod ${metadata.uid}`);
      process.kill(pid, "SIGKILL");
    },
    scale: async (component, replicas) => {
      const deployment = `deployment/${RELEASE}-${component}`;
      const at = ["-n", systemNamespace];
      await kubectl.run(["scale", deployment, ...at, `--replicas=${String(replicas)}`]);
      await kubectl.run(["rollout", "status", deployment, ...at, "--timeout=180s"]);
    },
    remove: async () => {
      await installation.uninstall();
      await kubectl.run(["delete", "namespace", systemNamespace, namespace, "--wait=false"]);
    },
  };
}
