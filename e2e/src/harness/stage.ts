import { defaultTargetNamespace, type VClusterInstance } from "@open-vcluster/crds";
import { type Api, openApi } from "./api.ts";
import { type ControlPlaneDouble, startControlPlaneDouble } from "./control-plane-double.ts";
import { type HollowCluster, startHollowCluster } from "./hollow-cluster.ts";
import { conditionOf, instanceOf } from "./instance.ts";
import { installProduct, type Product } from "./product.ts";
import { waitFor } from "./wait.ts";

/** Where instances live and die without a node: a cluster, an installation, and somebody who plays kubelet. */
export interface Stage {
  readonly cluster: HollowCluster;
  readonly product: Product;
  readonly api: Api;
  readonly double: ControlPlaneDouble;
  /** Applies an instance as `kubectl apply --server-side` does. */
  apply(name: string, spec: VClusterInstance["spec"]): Promise<void>;
  /** Asks for its deletion. */
  remove(name: string): Promise<void>;
  read(name: string): Promise<VClusterInstance | undefined>;
  /** Waits until a condition reads as wanted, for the newest generation. */
  reaches(name: string, wanted: string): Promise<VClusterInstance>;
  gone(name: string): Promise<void>;
  /** An object of the host, by its path below the target namespace; undefined when it is absent. */
  inTarget<T>(name: string, path: string): Promise<T | undefined>;
  /** Creates an object in the target namespace. */
  put(name: string, plural: string, object: object): Promise<void>;
  targetNamespace(name: string): string;
  close(): Promise<void>;
}

/** The longest that one step of an instance may take while its operator is killed again and again. */
const STEP_TIMEOUT_MS = 900_000;
const LOOK_MS = 150;

/** Starts everything but the operator. */
export async function openStage(
  id: string,
  options: { readonly apiServerArgs?: readonly string[] } = {},
): Promise<Stage> {
  const cluster = await startHollowCluster(options);
  const product = await installProduct(id, cluster.facts);
  const { kubeconfig } = cluster.facts;
  const api = openApi(kubeconfig);
  const double = startControlPlaneDouble({ kubeconfig, operatorId: id });
  const { namespace } = product;
  const instances = `/apis/openvcluster.io/v1alpha1/namespaces/${namespace}/vclusterinstances`;
  const targetNamespace = (name: string): string => defaultTargetNamespace({ namespace, name });
  const get = async <T>(path: string): Promise<T | undefined> => {
    const { status, body } = await api.call("GET", path);
    if (status === 404) return undefined;
    return accepted(status, body) as T;
  };
  const read: Stage["read"] = (name) => get<VClusterInstance>(`${instances}/${name}`);
  const describe = async (name: string): Promise<string> =>
    JSON.stringify((await read(name))?.status, null, 1);
  return {
    cluster,
    product,
    api,
    double,
    read,
    targetNamespace,
    apply: async (name, spec) => {
      const { status, body } = await api.call(
        "PATCH",
        `${instances}/${name}?fieldManager=test&force=true`,
        instanceOf(namespace, name, spec),
        "application/apply-patch+yaml",
      );
      accepted(status, body);
    },
    remove: async (name) => {
      const { status, body } = await api.call("DELETE", `${instances}/${name}`);
      accepted(status, body);
    },
    reaches: (name, wanted) =>
      waitFor(
        `${name} has ${wanted}`,
        async () => {
          const instance = await read(name);
          const [type = ""] = wanted.split("=");
          const found = instance?.status?.conditions?.find((condition) => condition.type === type);
          const isCurrent = found?.observedGeneration === instance?.metadata.generation;
          return isCurrent && conditionOf(instance, type).startsWith(wanted) ? instance : undefined;
        },
        { timeoutMs: STEP_TIMEOUT_MS, intervalMs: LOOK_MS, describe: () => describe(name) },
      ),
    gone: async (name) => {
      await waitFor(`${name} is gone`, async () => (await read(name)) === undefined, {
        timeoutMs: STEP_TIMEOUT_MS,
        intervalMs: LOOK_MS,
        describe: () => describe(name),
      });
    },
    inTarget: (name, path) => get(`/api/v1/namespaces/${targetNamespace(name)}/${path}`),
    put: async (name, plural, object) => {
      const path = `/api/v1/namespaces/${targetNamespace(name)}/${plural}`;
      const { status, body } = await api.call("POST", path, object);
      accepted(status, body);
    },
    close: async () => {
      await product.close();
      await double.close();
      api.close();
      await cluster.stop();
    },
  };
}

function accepted(status: number, body: unknown): unknown {
  if (status >= 300) throw new Error(`${String(status)}: ${JSON.stringify(body)}`);
  return body;
}
