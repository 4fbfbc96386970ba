import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { isAllowed } from "./harness/access.ts";
import { type HollowCluster, startHollowCluster } from "./harness/hollow-cluster.ts";
import { instanceOf, readInstance, waitForCondition, waitForGone } from "./harness/instance.ts";
import type { Kubectl } from "./harness/kubectl.ts";
import type { OperatorProcess } from "./harness/operator-process.ts";
import { installProduct, type Product } from "./harness/product.ts";
import { waitFor } from "./harness/wait.ts";

interface Rbac {
  readonly metadata: {
    readonly uid: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly rules?: readonly object[];
  readonly roleRef?: { readonly name: string };
}

const NAME = "read";
const READER = `${NAME}-kubeconfig-reader`;

describe("the leave to read a kubeconfig", () => {
  let cluster: HollowCluster;
  let product: Product;
  let kubectl: Kubectl;
  let namespace: string;
  let operator: OperatorProcess;

  const start = (): OperatorProcess =>
    product.start({ env: { FACADE_SERVICE_ACCOUNT: `${product.systemNamespace}/facade` } });
  const may = async (verb: string, secret = ""): Promise<boolean> => {
    const object = secret === "" ? "secrets" : `secrets/${secret}`;
    const as = `--as=system:serviceaccount:${product.systemNamespace}:facade`;
    const answer = await kubectl.attempt(["auth", "can-i", verb, object, "-n", namespace, as]);
    return answer.code === 0;
  };
  const read = (kind: string): Promise<Rbac | undefined> =>
    kubectl.get<Rbac>(kind, "-n", namespace, READER);
  const granted = (): Promise<true> =>
    waitFor(
      "the leave is there",
      async () => (await may("get", `${NAME}-kubeconfig`)) || undefined,
    );

  beforeAll(async () => {
    // An operator serves every instance of its cluster, those of other tests too.
    cluster = await startHollowCluster();
    product = await installProduct("reader", cluster.facts);
    ({ kubectl, namespace } = product);
    operator = start();
    await operator.leading();
    await kubectl.apply(instanceOf(namespace, NAME));
    await waitForCondition(kubectl, { namespace, name: NAME }, "HelmReleased=True", 60_000);
  }, 120_000);

  afterAll(async () => {
    await product.close();
    await cluster.stop();
  }, 60_000);

  it("is for this Secret alone, and for reading alone", async () => {
    await granted();
    expect(await may("get", "another")).toBe(false);
    expect(await may("list")).toBe(false);
    expect(await may("update", `${NAME}-kubeconfig`)).toBe(false);
  }, 60_000);

  it("is for the usage of this virtual cluster as well, where its pods run", async () => {
    const { status } = (await readInstance(kubectl, namespace, NAME)) ?? {};
    const target = status?.targetNamespace ?? "";
    const facade = `system:serviceaccount:${product.systemNamespace}:facade`;
    const mayMeasure = (where: string): Promise<boolean> => {
      const deed = { verb: "list", group: "metrics.k8s.io", resource: "pods", namespace: where };
      return isAllowed(kubectl, facade, deed);
    };
    await waitFor("usage may be read", () => mayMeasure(target));
    expect(await mayMeasure(namespace)).toBe(false);
    expect(await mayMeasure("default")).toBe(false);
    await kubectl.run(["delete", "rolebinding", "-n", target, `${NAME}-usage-reader`]);
    await waitFor("usage may be read again", () => mayMeasure(target));
  }, 60_000);

  it.each(["role", "rolebinding"])(
    "comes back when somebody deletes its %s",
    async (kind) => {
      const before = await read(kind);
      await kubectl.run(["delete", kind, "-n", namespace, READER]);
      await waitFor("it is back", async () => {
        const now = await read(kind);
        return now !== undefined && now.metadata.uid !== before?.metadata.uid;
      });
      await granted();
    },
    60_000,
  );

  it("is narrowed when somebody widens it", async () => {
    const rules = [{ apiGroups: [""], resources: ["secrets"], verbs: ["*"] }];
    const change = JSON.stringify({ rules });
    await kubectl.run(["patch", "role", "-n", namespace, READER, "--type=merge", "-p", change]);
    await waitFor("it is narrow again", async () => {
      const role = await read("role");
      return role !== undefined && JSON.stringify(role.rules).includes("resourceNames");
    });
    expect(await may("list")).toBe(false);
  }, 60_000);

  it("is bound to its own Role again when somebody bound it to another meanwhile", async () => {
    await operator.stop();
    const labels = (await read("rolebinding"))?.metadata.labels;
    await kubectl.run(["delete", "rolebinding", "-n", namespace, READER]);
    await kubectl.apply({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { namespace, name: READER, labels },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "admin" },
      subjects: [{ kind: "ServiceAccount", namespace: product.systemNamespace, name: "facade" }],
    });
    expect(await may("list")).toBe(true);
    operator = start();
    await waitFor("it is bound to its own Role", async () => {
      return (await read("rolebinding"))?.roleRef?.name === READER;
    });
    expect(await may("list")).toBe(false);
  }, 60_000);

  it("goes with the instance", async () => {
    await kubectl.run(["delete", "vci", "-n", namespace, NAME, "--wait=false"]);
    await waitForGone(kubectl, { namespace, name: NAME }, 60_000);
    expect([await read("role"), await read("rolebinding")]).toEqual([undefined, undefined]);
  }, 90_000);
});
