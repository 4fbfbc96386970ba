import { Failure, type KubeClient } from "@open-vcluster/runtime";

/** A token for a virtual cluster. */
export interface VirtualToken {
  readonly token: string;
  /** As the virtual API server says; epoch milliseconds. */
  readonly expiresMs: number;
}

/** The identity that users of the API have inside: an administrator of the virtual cluster and of nothing else. */
const ACCOUNT = { namespace: "kube-system", name: "open-vcluster-access" } as const;
const RBAC = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings";
const ACCOUNTS = `/api/v1/namespaces/${ACCOUNT.namespace}/serviceaccounts`;
const EXISTS = 409;

/**
 * Asks the virtual API for a token that expires. Makes the ServiceAccount and its binding on first use.
 *
 * @throws Failure `precondition` NotReady while the virtual API does not answer.
 */
export async function issueToken(virtual: KubeClient, validityMs: number): Promise<VirtualToken> {
  try {
    return (await requestToken(virtual, validityMs)) ?? (await afterSetUp(virtual, validityMs));
  } catch (error) {
    if (!(error instanceof Failure && ["unavailable", "timeout", "denied"].includes(error.kind))) {
      throw error;
    }
    throw new Failure(
      "precondition",
      "NotReady",
      "The virtual API does not answer now; repeat when the virtual cluster is ready",
      { cause: error, retryAfterMs: 2_000 },
    );
  }
}

async function afterSetUp(virtual: KubeClient, validityMs: number): Promise<VirtualToken> {
  await createOnce(virtual, ACCOUNTS, {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: ACCOUNT.name },
  });
  await createOnce(virtual, RBAC, {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: ACCOUNT.name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ kind: "ServiceAccount", ...ACCOUNT }],
  });
  const issued = await requestToken(virtual, validityMs);
  if (issued !== undefined) return issued;
  throw new Failure(
    "unavailable",
    "TokenNotIssued",
    "The virtual cluster removed its access account while a token was made; repeat",
  );
}

/** Undefined while the ServiceAccount does not exist. */
async function requestToken(
  virtual: KubeClient,
  validityMs: number,
): Promise<VirtualToken | undefined> {
  const answer = await virtual.request("POST", `${ACCOUNTS}/${ACCOUNT.name}/token`, {
    body: {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: { expirationSeconds: Math.round(validityMs / 1_000) },
    },
    okStatuses: [404],
  });
  if (answer.status === 404) return undefined;
  const { status } = JSON.parse(answer.text) as {
    readonly status: { readonly token: string; readonly expirationTimestamp: string };
  };
  return { token: status.token, expiresMs: Date.parse(status.expirationTimestamp) };
}

async function createOnce(virtual: KubeClient, path: string, body: object): Promise<void> {
  await virtual.request("POST", path, { body, okStatuses: [EXISTS] });
}
