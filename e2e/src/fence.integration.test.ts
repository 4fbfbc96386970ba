import { copyFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { runCommand } from "../testbed/host/command.ts";
import { createKubectl } from "./harness/kubectl.ts";
import type { OperatorProcess } from "./harness/operator-process.ts";
import { openStage, type Stage } from "./harness/stage.ts";

const CHART = join(import.meta.dirname, "../../deploy/chart");
const RIGHTS = ["service-accounts", "operator/rbac", "operator/fence"];
const ID = "fence";
const ACCOUNT = "open-vcluster-operator";
/** Makes the chart of vcluster render a ClusterRole and its binding. */
const NODES = { sync: { fromHost: { nodes: { enabled: true } } } };
const LIFE_MS = 240_000;

describe("an operator for some namespaces, with the rights of the chart alone", () => {
  let stage: Stage;
  let operator: OperatorProcess;

  const fence = async (): Promise<string> => {
    const { product, cluster } = stage;
    const values = [`operatorId=${ID}`, `watchNamespaces={${product.namespace}}`];
    return runCommand(cluster.facts.helm, [
      ...["template", "open-vcluster", CHART, "--namespace", product.systemNamespace],
      ...["--kube-version", "1.36.0"],
      ...values.flatMap((value) => ["--set", value]),
      ...RIGHTS.flatMap((file) => ["--show-only", `templates/${file}.yaml`]),
    ]);
  };
  /** A kubeconfig of the operator's account. */
  const kubeconfigOf = async (token: string): Promise<string> => {
    const file = join(mkdtempSync(join(tmpdir(), "open-vcluster-fence-")), "kubeconfig");
    const { facts } = stage.cluster;
    copyFileSync(facts.kubeconfig, file);
    const kubectl = createKubectl(facts.kubectl, file);
    await kubectl.run(["config", "set-credentials", "operator", `--token=${token}`]);
    await kubectl.run(["config", "set-context", "--current", "--user=operator"]);
    return file;
  };

  beforeAll(async () => {
    stage = await openStage(ID);
    const { kubectl, systemNamespace, namespace } = stage.product;
    await kubectl.run(["apply", "--server-side", "-f", "-"], await fence());
    const token = await kubectl.run(["create", "token", ACCOUNT, "-n", systemNamespace]);
    operator = stage.product.start({
      env: {
        KUBECONFIG: await kubeconfigOf(token.trim()),
        WATCH_NAMESPACES: namespace,
        FACADE_SERVICE_ACCOUNT: `${systemNamespace}/open-vcluster-facade`,
      },
    });
    await operator.leading();
  }, 240_000);

  afterAll(async () => {
    await stage.close();
  }, 60_000);

  it(
    "leads an instance through its whole life and is refused nothing",
    async () => {
      const etcd = { backingStore: { type: "etcd" } } as const;
      await stage.apply("whole", etcd);
      await stage.reaches("whole", "Ready=True Running");
      await stage.apply("whole", { ...etcd, values: NODES });
      await stage.reaches("whole", "Ready=True Running");
      const roles = await stage.product.kubectl.list("clusterroles", "-l", "release=whole");
      expect(roles).toHaveLength(1);
      await stage.apply("whole", { ...etcd, values: NODES, powerState: "Suspended" });
      await stage.reaches("whole", "Ready=True Suspended");
      await stage.apply("whole", { ...etcd, values: NODES });
      await stage.reaches("whole", "Ready=True Running");
      await stage.remove("whole");
      await stage.gone("whole");
      expect(await stage.product.kubectl.list("clusterroles", "-l", "release=whole")).toEqual([]);
      const refused = operator.log().split("\n");
      expect(refused.filter((line) => /forbidden/i.test(line))).toEqual([]);
    },
    LIFE_MS,
  );
});
