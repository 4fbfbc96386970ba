import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { conditionOf, instanceOf, waitForCondition } from "./harness/instance.ts";
import type { Kubectl } from "./harness/kubectl.ts";
import type { OperatorProcess } from "./harness/operator-process.ts";
import { installProduct, type Product } from "./harness/product.ts";
import { openVirtual, sleepers, waitForPods } from "./harness/virtual.ts";
import { waitFor } from "./harness/wait.ts";

const name = "up";

const OLD = {
  chart: { version: "0.35.2" },
  kubernetesVersion: "1.36.0",
  backingStore: { type: "etcd", etcd: { replicas: 1 } },
  controlPlane: { replicas: 3 },
} as const;

const NEW = { ...OLD, chart: { version: "0.36.1" } } as const;

interface Pod {
  readonly metadata: { readonly uid: string };
  readonly status: { readonly containerStatuses?: readonly { readonly restartCount: number }[] };
}

describe("upgrades on a real node", () => {
  let product: Product;
  let kubectl: Kubectl;
  let namespace: string;
  let operator: OperatorProcess;
  let virtual: Kubectl;
  let hosted: readonly string[];

  const reaches = (wanted: string): ReturnType<typeof waitForCondition> =>
    waitForCondition(kubectl, { namespace, name }, wanted, 400_000);
  const workloadPods = async (): Promise<readonly string[]> => {
    const pods = await virtual.list<Pod>("pods", "-n", "default", "-l", "app=web");
    return pods
      .map(
        ({ metadata, status }) =>
          `${metadata.uid} ${String(status.containerStatuses?.[0]?.restartCount)}`,
      )
      .sort();
  };

  beforeAll(async () => {
    product = await installProduct("upgrade");
    ({ kubectl, namespace } = product);
    operator = product.start({ env: { UPGRADE_DEADLINE: "45s" } });
    await operator.leading();
  }, 120_000);

  afterAll(async () => {
    await kubectl.run(["delete", "vci", "-n", namespace, "--all", "--timeout=200s"]);
    await product.close();
  }, 300_000);

  it("goes from 0.35.2 to 0.36.1 with objects and workload pods untouched", async () => {
    await kubectl.apply(instanceOf(namespace, name, OLD));
    await reaches("Ready=True Running");
    virtual = await openVirtual(product, name);
    await virtual.apply(sleepers("web", 2));
    await waitForPods(virtual, "web", 2);
    hosted = await workloadPods();

    await kubectl.apply(instanceOf(namespace, name, NEW));
    const upgraded = await reaches("Ready=True Running");
    expect(upgraded.status?.release?.chartVersion).toBe("0.36.1");
    await waitForPods(virtual, "web", 2);
    expect(await workloadPods()).toEqual(hosted);
  }, 900_000);

  it("refuses a downgrade and a skipped minor with the way out, and keeps serving", async () => {
    await kubectl.apply(instanceOf(namespace, name, OLD));
    const refused = await reaches("SpecAccepted=False");
    const said = refused.status?.conditions?.find(({ type }) => type === "SpecAccepted")?.message;
    expect(said).toContain("0.36.1 runs and cannot become 0.35.2");
    expect(refused.status?.release?.chartVersion).toBe("0.36.1");
    await kubectl.apply(instanceOf(namespace, name, NEW));
    await reaches("Ready=True Running");
  }, 200_000);

  it("rolls an upgrade back whose image does not exist, keeps serving, and does not try it again", async () => {
    const broken = { ...NEW, kubernetesVersion: "1.36.99" };
    await kubectl.apply(instanceOf(namespace, name, broken));
    await waitFor(
      "the old revision serves while the new one cannot start",
      async () => {
        const pods = await virtual.run(["get", "pods", "-A"]);
        return (
          operator.effects().filter((effect) => effect === "markFailed").length > 0 ||
          (pods === "" ? false : undefined)
        );
      },
      { timeoutMs: 200_000, intervalMs: 1_000 },
    );
    const rolledBack = await reaches("Upgraded=False RolledBack");
    expect(conditionOf(rolledBack, "Stalled")).toBe("Stalled=True RolledBack");
    await waitFor(
      "every old replica serves",
      async () => {
        const now = await waitForCondition(
          kubectl,
          { namespace, name },
          "ControlPlaneAvailable=True",
        );
        return (
          now.status?.readyReplicas === 3 && now.status.release?.kubernetesVersion === "v1.36.0"
        );
      },
      { timeoutMs: 200_000 },
    );
    expect(await workloadPods()).toEqual(hosted);
    const runs = (): number =>
      operator.effects().filter((effect) => effect === "applyRelease" || effect === "rollBack")
        .length;
    const before = runs();
    await kubectl.run(["annotate", "vci", "-n", namespace, name, "looked=at", "--overwrite"]);
    await waitFor("another pass", async () => {
      const again = await kubectl.get("vci", "-n", namespace, name);
      return again !== undefined;
    });
    expect(runs()).toBe(before);

    await kubectl.apply(instanceOf(namespace, name, NEW));
    await reaches("Ready=True Running");
  }, 900_000);
});
