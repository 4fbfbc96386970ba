import { relative } from "node:path";
import { type Checkout, programFiles } from "./checkout.ts";
import type { FacadeAccess } from "./facade.ts";
import type { HostCluster } from "./host-cluster.ts";
import { EXAMPLE_NAME } from "./instance.ts";

/** What to type next, for a local cluster with the example in it. Pure. */
export function localNextSteps(
  checkout: Checkout,
  cluster: HostCluster,
  { targetNamespace, access }: { readonly targetNamespace: string; readonly access: FacadeAccess },
): string {
  const { kubectl, kubeconfig, log, apiLog } = shortPaths(checkout);
  const inside = ".local/inside.kubeconfig";
  const s3 =
    cluster.s3 === undefined
      ? []
      : ["", `S3 server: ${cluster.s3.endpoint} (credentials: "minio" in ${cluster.s3.details})`];
  return [
    "",
    `Virtual cluster ${EXAMPLE_NAME} is ready. From this directory:`,
    "",
    "# the instance, and its control plane on the host cluster",
    `${kubectl} get vclusterinstances`,
    `${kubectl} get pods -n ${targetNamespace}`,
    "",
    "# inside the virtual cluster",
    `${kubectl} get secret ${EXAMPLE_NAME}-kubeconfig -o jsonpath='{.data.config}' | base64 -d > ${inside} && chmod 600 ${inside}`,
    `${kubectl} --kubeconfig ${inside} get namespaces`,
    "",
    "# suspend and resume",
    `${kubectl} patch vci ${EXAMPLE_NAME} --type merge -p '{"spec":{"powerState":"Suspended"}}'`,
    `${kubectl} patch vci ${EXAMPLE_NAME} --type merge -p '{"spec":{"powerState":"Running"}}'`,
    "",
    ...apiSteps(access),
    "",
    "# delete one, or everything that make up made",
    `${kubectl} delete vci ${EXAMPLE_NAME}`,
    "make down",
    "",
    `Host cluster: ${kubeconfig}`,
    `Operator log: ${log}`,
    `API log: ${apiLog}`,
    ...s3,
    "",
  ].join("\n");
}

/** What to type next when the operator works on a cluster of the user's. Pure. */
export function existingNextSteps(
  checkout: Checkout,
  server: string,
  access: FacadeAccess,
): string {
  const { kubectl, log, apiLog } = shortPaths(checkout);
  return [
    "",
    `The custom resources and namespace open-vcluster-system are installed in ${server}.`,
    "The operator and the API run as processes on this machine and work on that cluster; nothing runs there for them.",
    "This machine must reach the cluster's Service addresses: the operator asks each virtual API itself.",
    "",
    "# create a virtual cluster",
    `${kubectl} apply -f crds/examples/sqlite.yaml`,
    `${kubectl} get vclusterinstances --watch`,
    "",
    ...apiSteps(access),
    "",
    "# stop operator and API; the cluster keeps what is in it",
    "make down",
    "",
    `Operator log: ${log}`,
    `API log: ${apiLog}`,
    "",
  ].join("\n");
}

function apiSteps({ url }: FacadeAccess): readonly string[] {
  const token = `$(sed 's/.*"token":"\\([^"]*\\)".*/\\1/' .local/facade.json)`;
  return [
    "# the same through the API (Connect, gRPC, gRPC-web and REST); try it out in a browser: " +
      `${url}/docs`,
    `curl -s -H "Authorization: Bearer ${token}" ${url}/v1/vclusters`,
  ];
}

function shortPaths(checkout: Checkout): {
  readonly kubectl: string;
  readonly kubeconfig: string;
  readonly log: string;
  readonly apiLog: string;
} {
  const short = (path: string): string => relative(checkout.root, path);
  return {
    kubectl: short(checkout.kubectl),
    kubeconfig: short(checkout.kubeconfig),
    log: short(programFiles(checkout, "operator").log),
    apiLog: short(programFiles(checkout, "facade").log),
  };
}
