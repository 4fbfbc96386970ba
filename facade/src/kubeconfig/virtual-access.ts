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
import { currentPhase } from "../translate/phase.ts";
import { SUBJECT_FACT } from "../translate/reason.ts";

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
 * @throws Failure `precondition` Suspended, and NotReady while there is no kubeconfig.
 */
export function createOpenVirtual(host: KubeClient, isInside: boolean): OpenVirtual {
  return async (instance) => {
    if (currentPhase(instance) === "Suspended") throw asleep(instance);
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

/** Said at once: nobody waits for what cannot answer. */
function asleep({ metadata }: VClusterInstance): Failure {
  const subject = `${metadata.namespace ?? ""}/${metadata.name}`;
  return new Failure(
    "precondition",
    "Suspended",
    `${subject} is suspended and its API does not answer; resume it with ResumeVCluster first`,
    { facts: { [SUBJECT_FACT]: subject, current_state: "SUSPENDED" } },
  );
}

function notReady({ metadata, status }: VClusterInstance): Failure {
  const subject = `${metadata.namespace ?? ""}/${metadata.name}`;
  const state = (status?.phase ?? "Pending").toUpperCase();
  return new Failure(
    "precondition",
    "NotReady",
    `${subject} has no kubeconfig yet; wait until it is ready`,
    { facts: { [SUBJECT_FACT]: subject, current_state: state }, retryAfterMs: 2_000 },
  );
}
