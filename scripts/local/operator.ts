import type { Checkout } from "./checkout.ts";
import type { HostCluster } from "./host-cluster.ts";
import type { Program } from "./program-process.ts";

/** The operator of a checkout. Pure. */
export function operatorProgram(checkout: Checkout, cluster: HostCluster): Program {
  return {
    name: "operator",
    packages: ["crds", "runtime", "operator"],
    settings: {
      KUBECONFIG: checkout.kubeconfig,
      HELM: cluster.helm,
      CHART_SOURCE: `folder:${cluster.charts}`,
      WORK_DIRECTORY: checkout.operatorWork,
      HEALTH_HOST: "127.0.0.1",
      HEALTH_PORT: "0",
    },
    worksLine: '"msg":"Leading"',
    late: "The operator waits: another one holds the Lease in open-vcluster-system",
  };
}
