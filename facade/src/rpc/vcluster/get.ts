import { type Timestamp, timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { HandlerContext } from "@connectrpc/connect";
import type {
  GetVClusterCredentialRequest,
  GetVClusterKubeconfigRequest,
  GetVClusterRequest,
  VCluster,
} from "@open-vcluster/api";
import type { VClusterInstance } from "@open-vcluster/crds";
import { callOf } from "../../call/call.ts";
import { formatOf, validityOf } from "../../kubeconfig/issue.ts";
import { issueToken } from "../../kubeconfig/token.ts";
import { toMessage } from "../../translate/message.ts";
import type { ServiceDeps } from "../deps.ts";
import { findInstance } from "./find.ts";
import { encoded, KUBECONFIG_PERMISSION, kubeconfigFor } from "./kubeconfig.ts";
import { usageOf } from "./usage.ts";

/** One virtual cluster, with what was asked for besides. */
export async function getVCluster(
  request: GetVClusterRequest,
  context: HandlerContext,
  deps: ServiceDeps,
): Promise<VCluster> {
  const instance = await findInstance(request, { verb: "get" }, context, deps);
  const message = toMessage(instance);
  const status = message.status;
  if (status === undefined) return message;
  if (request.includeUsage) status.currentUsage = await usageOf(instance, deps);
  if (request.includeKubeconfig) {
    const { namespace = "", name } = instance.metadata;
    const attributes = { ...KUBECONFIG_PERMISSION, namespace, name };
    await deps.permissions.require(callOf(context).principal, attributes);
    const wish = { format: "token", validityMs: validityOf(0) } as const;
    status.kubeconfig = encoded((await kubeconfigFor(instance, wish, context, deps)).text);
  }
  return message;
}

/** What GetVClusterKubeconfig answers. */
export interface KubeconfigAnswer {
  readonly kubeconfig: string;
  readonly apiServerEndpoint: string;
  readonly expiresAt?: Timestamp;
}

/** A kubeconfig in the form that was asked for. */
export async function getKubeconfig(
  request: GetVClusterKubeconfigRequest,
  context: HandlerContext,
  deps: ServiceDeps,
): Promise<KubeconfigAnswer> {
  const wish = {
    format: formatOf(request.format),
    validityMs: validityOf(request.validityHours),
  };
  const instance = await findInstance(request, KUBECONFIG_PERMISSION, context, deps);
  const { text, endpoint, expiresMs } = await kubeconfigFor(instance, wish, context, deps);
  return {
    kubeconfig: encoded(text),
    apiServerEndpoint: endpoint,
    ...(expiresMs === undefined ? {} : { expiresAt: timestampFromMs(expiresMs) }),
  };
}

/** What GetVClusterCredential answers. */
export interface CredentialAnswer {
  readonly apiVersion: string;
  readonly kind: string;
  readonly status: { readonly token: string; readonly expirationTimestamp: Timestamp };
}

/** A token in the form that exec plugins print. */
export async function getCredential(
  request: GetVClusterCredentialRequest,
  context: HandlerContext,
  deps: ServiceDeps,
): Promise<CredentialAnswer> {
  const validityMs = validityOf(request.validityHours);
  const instance = await findInstance(request, KUBECONFIG_PERMISSION, context, deps);
  const { token, expiresMs } = await tokenFor(instance, validityMs, deps);
  return {
    apiVersion: "client.authentication.k8s.io/v1",
    kind: "ExecCredential",
    status: { token, expirationTimestamp: timestampFromMs(expiresMs) },
  };
}

async function tokenFor(
  instance: VClusterInstance,
  validityMs: number,
  { openVirtual }: ServiceDeps,
): ReturnType<typeof issueToken> {
  const { client } = await openVirtual(instance);
  try {
    return await issueToken(client, validityMs);
  } finally {
    await client.close();
  }
}
