import { chmodSync, rmSync, writeFileSync } from "node:fs";
import type { Checkout } from "./checkout.ts";
import type { Kubectl } from "./kubectl.ts";
import { PRODUCT_NAMESPACE } from "./product.ts";

/** How to reach the API, as `.local/facade.json` keeps it. */
export interface FacadeAccess {
  readonly url: string;
  /** Good for everything that the API can do. */
  readonly token: string;
}

/** Service of the API. */
export const FACADE_SERVICE = "open-vcluster-facade";
const ACCOUNT = "open-vcluster-admin";
const AUDIENCE = "open-vcluster";
const VALIDITY = "8760h";
const SUB_RESOURCES = ["suspend", "resume", "scale", "snapshot", "restore", "owner", "kubeconfig"];

/** Makes an account that may do everything with virtual clusters, and writes down how to use the API with it. */
export async function writeFacadeAccess(
  checkout: Checkout,
  url: string,
  kubectl: Kubectl,
): Promise<FacadeAccess> {
  await kubectl(["apply", "-f", "-"], JSON.stringify(ADMIN));
  const token = await kubectl([
    ...["create", "token", ACCOUNT, "--namespace", PRODUCT_NAMESPACE],
    ...["--audience", AUDIENCE, "--duration", VALIDITY],
  ]);
  const access = { url, token: token.trim() };
  // It appears with its mode, also when it replaces one with another mode.
  rmSync(checkout.facadeAccess, { force: true });
  writeFileSync(checkout.facadeAccess, `${JSON.stringify(access)}\n`, { mode: 0o600 });
  chmodSync(checkout.facadeAccess, 0o600);
  return access;
}

/** Removes that account: its token would stay good for a year. */
export async function removeFacadeAccess(kubectl: Kubectl): Promise<void> {
  await kubectl(["delete", "--ignore-not-found", "-f", "-"], JSON.stringify(ADMIN));
}

/** URL of the API on a cluster whose Services are reachable from this machine. */
export async function serviceUrl(kubectl: Kubectl): Promise<string> {
  const address = await kubectl([
    ...["get", "service", FACADE_SERVICE, "--namespace", PRODUCT_NAMESPACE],
    ...["-o", "jsonpath={.spec.clusterIP}:{.spec.ports[0].port}"],
  ]);
  return `http://${address.trim()}`;
}

/** Writes the authority of the API's certificate, for clients that check it. */
export async function writeFacadeAuthority(checkout: Checkout, kubectl: Kubectl): Promise<void> {
  const encoded = await kubectl([
    ...["get", "secret", `${FACADE_SERVICE}-tls`, "--namespace", PRODUCT_NAMESPACE],
    ...["-o", "jsonpath={.data.ca\\.crt}"],
  ]);
  writeFileSync(checkout.facadeAuthority, Buffer.from(encoded, "base64"));
}

const ADMIN = {
  apiVersion: "v1",
  kind: "List",
  items: [
    {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: ACCOUNT, namespace: PRODUCT_NAMESPACE },
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: ACCOUNT },
      rules: [
        {
          apiGroups: ["openvcluster.io"],
          // RBAC has no wildcard for the sub-resources of one resource: "vclusterinstances/*" allows none of them.
          resources: [
            "vclusterinstances",
            ...SUB_RESOURCES.map((name) => `vclusterinstances/${name}`),
            "vclustersnapshots",
          ],
          verbs: ["*"],
        },
      ],
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: ACCOUNT },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: ACCOUNT },
      subjects: [{ kind: "ServiceAccount", name: ACCOUNT, namespace: PRODUCT_NAMESPACE }],
    },
  ],
};
