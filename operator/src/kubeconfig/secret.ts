import { createHash } from "node:crypto";
import {
  KUBECONFIG_KEYS,
  kubeconfigSecretName,
  SOURCE_VERSION_ANNOTATION,
} from "@open-vcluster/crds";
import {
  Failure,
  type HasMetadata,
  type OwnerReference,
  renderKubeconfig,
} from "@open-vcluster/runtime";
import { carriesLabels } from "../world/project.ts";
import { readCredentials, type SecretData } from "./credentials.ts";

/** Bumped when the layout of the file changes, so that existing Secrets are written once more. */
const LAYOUT = "1";

/** How a virtual cluster is reached. */
export interface VirtualEndpoint {
  /** Instance name: release and Service have it too. */
  readonly name: string;
  readonly targetNamespace: string;
  /** ClusterIP of Service NAME; a name in the serving certificate, as the syncer sees to. */
  readonly clusterIP: string;
  /** Host of the Ingress when the instance is exposed. */
  readonly ingressHost?: string | undefined;
}

/** The kubeconfig Secret as an object. */
export interface KubeconfigSecret extends HasMetadata {
  readonly type: string;
  readonly data: Readonly<Record<"config" | "in-cluster", string>>;
}

/** What {@link kubeconfigSecret} is made from. */
export interface KubeconfigRequest {
  readonly endpoint: VirtualEndpoint;
  /** Data of Secret `vc-NAME`. */
  readonly source: SecretData;
  readonly sourceVersion: string;
  /** The instance: the Secret lives in its namespace and goes with it. */
  readonly owner: OwnerReference;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Address for people and programs outside: the exposed host, else the ClusterIP. Pure. */
export function externalServer(endpoint: VirtualEndpoint): string {
  if (endpoint.ingressHost !== undefined) return `https://${endpoint.ingressHost}`;
  const host = endpoint.clusterIP.includes(":") ? `[${endpoint.clusterIP}]` : endpoint.clusterIP;
  return `https://${host}:443`;
}

/** Address for pods of the host cluster; the values name it in `extraSANs`. Pure. */
function inClusterServer(endpoint: VirtualEndpoint): string {
  return `https://${endpoint.name}.${endpoint.targetNamespace}.svc`;
}

/**
 * Names everything that the contents depend on, without reading them: the version of `vc-NAME` and both addresses.
 * `NAME-kubeconfig` is annotated with it, so that metadata is enough to know that nothing has to be done. Pure.
 *
 * @param sourceVersion - `metadata.uid` and `metadata.resourceVersion` of `vc-NAME`, or any text that changes with them.
 */
export function kubeconfigSource(sourceVersion: string, endpoint: VirtualEndpoint): string {
  const addresses = [LAYOUT, sourceVersion, externalServer(endpoint), inClusterServer(endpoint)];
  return createHash("sha256").update(addresses.join("\n")).digest("hex").slice(0, 40);
}

/**
 * Makes Secret `NAME-kubeconfig`. Pure.
 *
 * @throws Failure `unavailable`, reason `KubeconfigIncomplete`, as {@link readCredentials}.
 */
export function kubeconfigSecret(request: KubeconfigRequest): KubeconfigSecret {
  const { endpoint } = request;
  const credentials = readCredentials(request.source);
  const render = (server: string): string =>
    base64(renderKubeconfig({ server, contextName: endpoint.name }, credentials));
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      namespace: request.namespace,
      name: kubeconfigSecretName(endpoint.name),
      labels: request.labels,
      annotations: {
        [SOURCE_VERSION_ANNOTATION]: kubeconfigSource(request.sourceVersion, endpoint),
      },
      ownerReferences: [request.owner],
    },
    type: "Opaque",
    data: {
      [KUBECONFIG_KEYS.exposed]: render(externalServer(endpoint)),
      [KUBECONFIG_KEYS.inCluster]: render(inClusterServer(endpoint)),
    },
  };
}

/** What an existing Secret of that name is, by its metadata. */
export type KubeconfigState = "absent" | "current" | "outdated" | "foreign";

/**
 * Compares an existing Secret with the wanted source. A Secret without our labels is `foreign`: never touched. Pure.
 */
export function kubeconfigState(
  existing: Pick<HasMetadata["metadata"], "labels" | "annotations"> | undefined,
  labels: Readonly<Record<string, string>>,
  source: string,
): KubeconfigState {
  if (existing === undefined) return "absent";
  if (!carriesLabels(existing.labels, labels)) return "foreign";
  return existing.annotations?.[SOURCE_VERSION_ANNOTATION] === source ? "current" : "outdated";
}

/** The failure for a `foreign` Secret. */
export function secretNotOwned(namespace: string, name: string): Failure {
  return new Failure(
    "alreadyExists",
    "SecretNotOwned",
    `Secret ${namespace}/${name} exists and was not made by this operator: rename or delete it, and the kubeconfig is written`,
  );
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
