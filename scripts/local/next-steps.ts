import { relative } from "node:path";
import type { Checkout } from "./checkout.ts";
import type { FacadeAccess } from "./facade-access.ts";
import type { HostCluster } from "./host-cluster.ts";
import { EXAMPLE_NAME } from "./instance.ts";
import { PRODUCT_NAMESPACE } from "./product.ts";

/** What to type next, for a local cluster with the example in it. Pure. */
export function localNextSteps(
  checkout: Checkout,
  cluster: HostCluster,
  { targetNamespace, access }: { readonly targetNamespace: string; readonly access: FacadeAccess },
): string {
  const { kubectl, kubeconfig } = shortPaths(checkout);
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
    "# keep its state in a bucket of this machine, and bring it back",
    `${kubectl} apply -f docs/examples/snapshot.yaml && ${kubectl} wait vcsnap first --for=condition=Ready --timeout=5m`,
    `${kubectl} apply -f docs/examples/restore.yaml && ${kubectl} wait vcrestore back --for=condition=Ready --timeout=5m`,
    "",
    ...apiSteps(access, ""),
    "",
    ...logSteps(kubectl),
    "",
    "# delete one, or everything that make up made",
    `${kubectl} delete vci ${EXAMPLE_NAME}`,
    "make down",
    "",
    `Host cluster: ${kubeconfig}`,
    ...s3,
    "",
  ].join("\n");
}

/** What to type next on a cluster of the user's. Pure. */
export function existingNextSteps(
  checkout: Checkout,
  server: string,
  access: FacadeAccess,
): string {
  const { kubectl, authority } = shortPaths(checkout);
  return [
    "",
    `The product is installed in namespace open-vcluster-system of ${server}.`,
    "A process on this machine forwards a port to its API.",
    "",
    "# create a virtual cluster",
    `${kubectl} apply -f crds/examples/sqlite.yaml`,
    `${kubectl} get vclusterinstances --watch`,
    "",
    ...apiSteps(access, `--cacert ${authority} `),
    "",
    ...logSteps(kubectl),
    "",
    "# uninstall operator and API; the cluster keeps its instances",
    "make down",
    "",
  ].join("\n");
}

function logSteps(kubectl: string): readonly string[] {
  return [
    "# what operator and API say",
    `${kubectl} -n ${PRODUCT_NAMESPACE} logs -l app.kubernetes.io/component=operator`,
    `${kubectl} -n ${PRODUCT_NAMESPACE} logs -l app.kubernetes.io/component=facade`,
  ];
}

function apiSteps({ url }: FacadeAccess, options: string): readonly string[] {
  const token = `$(sed 's/.*"token":"\\([^"]*\\)".*/\\1/' .local/facade.json)`;
  return [
    "# the same through the API (Connect, gRPC, gRPC-web and REST); try it out in a browser: " +
      `${url}/docs`,
    `curl -s ${options}-H "Authorization: Bearer ${token}" ${url}/v1/vclusters`,
  ];
}

function shortPaths(checkout: Checkout): {
  readonly kubectl: string;
  readonly kubeconfig: string;
  readonly authority: string;
} {
  const short = (path: string): string => relative(checkout.root, path);
  return {
    kubectl: short(checkout.kubectl),
    kubeconfig: short(checkout.kubeconfig),
    authority: short(checkout.facadeAuthority),
  };
}
