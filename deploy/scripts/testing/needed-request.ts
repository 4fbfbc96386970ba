import type { KubeClient } from "@open-vcluster/runtime";
import type { Need } from "../permissions/need.ts";

const FORBIDDEN = 403;
/** Every other refusal means that the request was allowed to be made; a binding without a role even breaks the server. */
const ANSWERS = [400, 403, 404, 405, 409, 415, 422, 500];
const NAME = "nothing-has-this-name";
const GRANTING = "grants it";
const RBAC = "/apis/rbac.authorization.k8s.io/v1";
/** Versions of API groups that are not v1. */
const VERSIONS: Readonly<Record<string, string>> = { "openvcluster.io": "v1alpha1" };
const OUTSIDE_NAMESPACES: ReadonlySet<string> = new Set([
  "namespaces",
  "nodes",
  "persistentvolumes",
  "clusterroles",
  "clusterrolebindings",
  "priorityclasses",
  "storageclasses",
  "ingressclasses",
  "gatewayclasses",
  "runtimeclasses",
  "csidrivers",
  "csinodes",
  "customresourcedefinitions",
  "validatingadmissionpolicies",
  "validatingadmissionpolicybindings",
]);

/** Who asks, and in which namespace. */
export interface Asking {
  readonly client: KubeClient;
  readonly user: string;
  readonly namespace: string;
}

/**
 * Whether the API server denies the request that a need is for: a grant for what control planes are given, and for all
 * else the request itself. Nothing is changed.
 */
export async function isDenied(need: Need, asking: Asking): Promise<boolean> {
  const { method, path, body } = need.reason.startsWith(GRANTING)
    ? grantOf(need, asking.namespace)
    : requestOf(need, asking.namespace);
  const { status } = await asking.client.request(method, path, {
    headers: { "impersonate-user": asking.user },
    okStatuses: ANSWERS,
    ...(method === "GET" ? {} : { query: { dryRun: "All" } }),
    ...(body === undefined ? {} : { body }),
    ...(method === "PATCH" ? { contentType: "application/merge-patch+json" } : {}),
  });
  return status === FORBIDDEN;
}

interface Sent {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body?: object;
}

function grantOf({ group, resource, verb }: Need, namespace: string): Sent {
  return {
    method: "POST",
    path: `${RBAC}/namespaces/${namespace}/roles`,
    body: {
      metadata: { name: NAME },
      rules: [{ apiGroups: [group], resources: [resource], verbs: [verb] }],
    },
  };
}

function requestOf({ group, resource, verb, names = [NAME] }: Need, namespace: string): Sent {
  const [plural = "", subresource] = resource.split("/");
  const version = VERSIONS[group] ?? "v1";
  const api = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const place = OUTSIDE_NAMESPACES.has(plural) ? "" : `/namespaces/${namespace}`;
  const all = `${api}${place}/${plural}`;
  const one = `${all}/${names[0] ?? NAME}${subresource === undefined ? "" : `/${subresource}`}`;
  switch (verb) {
    case "get":
      return { method: "GET", path: one };
    case "list":
      return { method: "GET", path: `${all}?limit=1` };
    case "watch":
      return { method: "GET", path: `${all}?watch=1&timeoutSeconds=1` };
    case "create":
      return { method: "POST", path: all, body: {} };
    case "update":
      return { method: "PUT", path: one, body: {} };
    case "patch":
      return { method: "PATCH", path: one, body: {} };
    case "delete":
      return { method: "DELETE", path: one };
    case "deletecollection":
      return { method: "DELETE", path: `${all}?labelSelector=never%3Dthere` };
    default:
      throw new Error(`no request for the verb ${verb}`);
  }
}
