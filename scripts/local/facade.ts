import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Checkout } from "./checkout.ts";
import type { Kubectl } from "./kubectl.ts";
import { logOf, type Program } from "./program-process.ts";

/** How to reach the API, as `.local/facade.json` keeps it. */
export interface FacadeAccess {
  readonly url: string;
  /** Good for everything that the API can do. */
  readonly token: string;
}

const SYSTEM = "open-vcluster-system";
const ACCOUNT = "open-vcluster-admin";
const AUDIENCE = "open-vcluster";
const VALIDITY = "8760h";
const SUB_RESOURCES = ["suspend", "resume", "scale", "snapshot", "restore", "owner", "kubeconfig"];

/** The API server of a checkout. It keeps the port that it had. Pure. */
export function facadeProgram(checkout: Checkout): Program {
  return {
    name: "facade",
    packages: ["api", "crds", "runtime", "facade"],
    settings: {
      KUBECONFIG: checkout.kubeconfig,
      LISTEN_HOST: "127.0.0.1",
      AUDIT_FILE: checkout.audit,
      HEALTH_HOST: "127.0.0.1",
      HEALTH_PORT: "0",
    },
    preferences: { LISTEN_PORT: earlierPort(checkout) },
    worksLine: '"msg":"Serving the API"',
    late: "The API does not serve yet: look at .local/facade.log",
  };
}

/** Makes an account that may do everything with virtual clusters, and writes down how to use the API with it. */
export async function writeFacadeAccess(
  checkout: Checkout,
  kubectl: Kubectl,
): Promise<FacadeAccess> {
  await kubectl(["apply", "-f", "-"], JSON.stringify(ADMIN));
  const token = await kubectl([
    ...["create", "token", ACCOUNT, "--namespace", SYSTEM],
    ...["--audience", AUDIENCE, "--duration", VALIDITY],
  ]);
  const access = { url: `http://127.0.0.1:${portOf(checkout)}`, token: token.trim() };
  // It appears with its mode, also when it replaces one with another mode.
  rmSync(checkout.facadeAccess, { force: true });
  writeFileSync(checkout.facadeAccess, `${JSON.stringify(access)}\n`, { mode: 0o600 });
  chmodSync(checkout.facadeAccess, 0o600);
  return access;
}

function portOf(checkout: Checkout): string {
  const lines = logOf(checkout, "facade").split("\n");
  const line = lines.findLast((each) => each.includes('"msg":"Serving the API"')) ?? "{}";
  return String((JSON.parse(line) as { readonly port?: number }).port ?? "");
}

function earlierPort(checkout: Checkout): string {
  if (!existsSync(checkout.facadeAccess)) return "0";
  const { url } = JSON.parse(readFileSync(checkout.facadeAccess, "utf8")) as FacadeAccess;
  return new URL(url).port;
}

const ADMIN = {
  apiVersion: "v1",
  kind: "List",
  items: [
    {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: ACCOUNT, namespace: SYSTEM },
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
      subjects: [{ kind: "ServiceAccount", name: ACCOUNT, namespace: SYSTEM }],
    },
  ],
};
