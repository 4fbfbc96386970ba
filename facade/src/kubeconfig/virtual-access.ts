import { KUBECONFIG_KEYS, kubeconfigSecretName, type VClusterInstance } from "@open-vcluster/crds";
import {
  connectWithPem,
  createKubeClient,
  Failure,
  type HasMetadata,
  type KubeClient,
  type KubeconfigContent,
  type ResourceType,
  readKubeconfig,
} from "@open-vcluster/runtime";

/** A way into a virtual cluster; the credentials in it never leave this process. */
export interface VirtualAccess {
  /** URL that users dial. */
  readonly endpoint: string;
  /** Authorities of that URL, PEM. */
  readonly ca: string;
  /** Calls the virtual API as its administrator. */
  readonly client: KubeClient;
}

/** Opens virtual clusters; the caller closes the client of each. */
export type OpenVirtual = (instance: VClusterInstance) => Promise<VirtualAccess>;

interface Secret extends HasMetadata {
  readonly data?: Readonly<Record<string, string>>;
}

const SECRET: ResourceType = {
  group: "",
  version: "v1",
  plural: "secrets",
  kind: "Secret",
  namespaced: true,
};
const CALL_TIMEOUT_MS = 10_000;

/**
 * Opens virtual clusters with the Secret that the operator keeps for each.
 *
 * @param isInside - Whether this process runs in a pod of the host cluster, where Services have names.
 * @throws Failure `precondition` NotReady while there is no kubeconfig.
 */
export function createOpenVirtual(host: KubeClient, isInside: boolean): OpenVirtual {
  return async (instance) => {
    const { namespace = "", name } = instance.metadata;
    const key = { namespace, name: kubeconfigSecretName(name) };
    const secret = await host.get<Secret>(SECRET, key);
    const exposed = contentOf(secret, KUBECONFIG_KEYS.exposed);
    const dialled = isInside ? contentOf(secret, KUBECONFIG_KEYS.inCluster) : exposed;
    if (exposed === undefined || dialled === undefined) throw notReady(instance);
    const connection = connectWithPem({ server: dialled.server, ...dialled.credentials });
    return {
      endpoint: exposed.server,
      ca: exposed.credentials.ca,
      client: createKubeClient(connection, {
        userAgent: "open-vcluster-facade",
        timeoutMs: CALL_TIMEOUT_MS,
      }),
    };
  };
}

function contentOf(secret: Secret | undefined, key: string): KubeconfigContent | undefined {
  return readKubeconfig(Buffer.from(secret?.data?.[key] ?? "", "base64").toString("utf8"));
}

function notReady({ metadata, status }: VClusterInstance): Failure {
  return new Failure(
    "precondition",
    "NotReady",
    `${metadata.namespace ?? ""}/${metadata.name} has no kubeconfig yet; wait until it is ready`,
    { facts: { current_state: status?.phase ?? "Pending" }, retryAfterMs: 2_000 },
  );
}
