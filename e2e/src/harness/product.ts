import { join } from "node:path";
import { untilServed } from "./custom-resources.ts";
import { type TestbedFacts, testbedFacts } from "./environment.ts";
import { type FacadeOptions, type FacadeProcess, startFacade } from "./facade-process.ts";
import { createKubectl, type Kubectl } from "./kubectl.ts";
import { type OperatorOptions, type OperatorProcess, startOperator } from "./operator-process.ts";
import type { Program } from "./program.ts";
import { waitFor } from "./wait.ts";

const CRDS = [
  "vclusterinstances",
  "vclusteroperations",
  "vclustersnapshotlocations",
  "vclustersnapshots",
  "vclusterrestores",
];
const OPERATOR_ID_LABEL = "openvcluster.io/operator-id";
const IGNORE = "--ignore-not-found";
const ON_A_NODE = ["--field-selector", "spec.nodeName!="];
const PODS_GONE_MS = 100_000;
const CRD_DIRECTORY = join(import.meta.dirname, "../../../crds");

/** One installation of the product on the test run's testbed, apart from all others by its id. */
export interface Product {
  readonly testbed: TestbedFacts;
  readonly kubectl: Kubectl;
  readonly id: string;
  /** Namespace of the operator. */
  readonly systemNamespace: string;
  /** Namespace for instances. */
  readonly namespace: string;
  /** Starts an operator; several are replicas of each other. */
  start(options?: Pick<OperatorOptions, "env" | "entry">): OperatorProcess;
  /** Starts a facade; several are replicas of each other. */
  startFacade(options?: Pick<FacadeOptions, "env" | "entry">): FacadeProcess;
  /** Ends every process and removes what the installation made; returns when no pod of it takes room on the node. */
  close(): Promise<void>;
}

/** Installs the custom resources and makes the namespaces; no operator runs yet. */
export async function installProduct(
  id: string,
  testbed: TestbedFacts = testbedFacts(),
): Promise<Product> {
  const kubectl = createKubectl(testbed.kubectl, testbed.kubeconfig);
  const systemNamespace = `ovc-${id}-system`;
  const namespace = `ovc-${id}`;
  const files = CRDS.flatMap((plural) => ["-f", join(CRD_DIRECTORY, `${plural}.yaml`)]);
  await kubectl.run(["apply", "--server-side", "--force-conflicts", ...files]);
  await untilServed(
    kubectl,
    CRDS.map((plural) => `${plural}.openvcluster.io`),
  );
  await kubectl.apply(
    ...[systemNamespace, namespace].map((name) => ({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name },
    })),
  );
  const programs: Program[] = [];
  const keep = <P extends Program>(program: P): P => {
    programs.push(program);
    return program;
  };
  return {
    testbed,
    kubectl,
    id,
    systemNamespace,
    namespace,
    start: (options) =>
      keep(startOperator({ testbed, operatorId: id, namespace: systemNamespace, ...options })),
    startFacade: (options) =>
      keep(startFacade({ testbed, namespace: systemNamespace, ...options })),
    close: async () => {
      await Promise.all(programs.map((program) => program.stop()));
      for (const kind of ["validatingadmissionpolicybinding", "validatingadmissionpolicy"]) {
        for (const policy of ["drain", "deletion-protection", "forgery"]) {
          const name = `${policy}.${id}.openvcluster.io`;
          await kubectl.run(["delete", kind, name, IGNORE]);
        }
      }
      const targets = await namesOf(kubectl, "namespaces", "-l", `${OPERATOR_ID_LABEL}=${id}`);
      const namespaces = [...new Set([systemNamespace, namespace, ...targets])];
      await kubectl.run(["delete", "namespace", ...namespaces, "--wait=false", IGNORE]);
      await waitFor(
        `the pods of ${id} are gone`,
        async () => {
          const pods = await Promise.all(
            namespaces.map((at) => namesOf(kubectl, "pods", "-n", at, ...ON_A_NODE)),
          );
          return pods.flat().length === 0;
        },
        { timeoutMs: PODS_GONE_MS },
      );
    },
  };
}

async function namesOf(kubectl: Kubectl, ...what: readonly string[]): Promise<readonly string[]> {
  const found = await kubectl.list<{ readonly metadata: { readonly name: string } }>(...what);
  return found.map(({ metadata }) => metadata.name);
}
