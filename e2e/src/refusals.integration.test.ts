import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { VClusterInstance } from "@open-vcluster/crds";
import { type HollowCluster, startHollowCluster } from "./harness/hollow-cluster.ts";
import { instanceOf, readInstance, waitForCondition, waitForGone } from "./harness/instance.ts";
import type { Kubectl } from "./harness/kubectl.ts";
import { installProduct, type Product } from "./harness/product.ts";
import { waitFor } from "./harness/wait.ts";

type Spec = VClusterInstance["spec"];

/** Values by which a tenant would reach outside its namespace, each with the path that the refusal names. */
const TAKEOVERS: readonly (readonly [string, Record<string, unknown>])[] = [
  ["experimental.deploy.host", { experimental: { deploy: { host: { manifests: "kind: Pod" } } } }],
  [
    "rbac.clusterRole.extraRules",
    {
      rbac: { clusterRole: { extraRules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }] } },
    },
  ],
  [
    "rbac.role.extraRules",
    { rbac: { role: { extraRules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["*"] }] } } },
  ],
  [
    "sync.fromHost.secrets",
    {
      sync: {
        fromHost: { secrets: { enabled: true, mappings: { byName: { "kube-system/*": "x/*" } } } },
      },
    },
  ],
  [
    "controlPlane.statefulSet.persistence.addVolumes",
    {
      controlPlane: {
        statefulSet: { persistence: { addVolumes: [{ name: "root", hostPath: { path: "/" } }] } },
      },
    },
  ],
  [
    "controlPlane.statefulSet.security.containerSecurityContext",
    {
      controlPlane: {
        statefulSet: { security: { containerSecurityContext: { privileged: true } } },
      },
    },
  ],
  [
    "controlPlane.statefulSet.sidecarContainers",
    { controlPlane: { statefulSet: { sidecarContainers: [{ name: "x", image: "x" }] } } },
  ],
  ["controlPlane.statefulSet.image", { controlPlane: { statefulSet: { image: { tag: "x" } } } }],
  ["telemetry", { telemetry: { enabled: true } }],
  [
    "controlPlane.backingStore",
    { controlPlane: { backingStore: { etcd: { embedded: { enabled: true } } } } },
  ],
  ["sleep", { sleep: { auto: { afterInactivity: "1h" } } }],
];

describe("what is refused before Helm runs", () => {
  let cluster: HollowCluster;
  let product: Product;
  let kubectl: Kubectl;
  let namespace: string;

  const refusal = async (name: string, spec: Spec, reason: string): Promise<string> => {
    await kubectl.apply(instanceOf(namespace, name, spec));
    const instance = await waitForCondition(
      kubectl,
      { namespace, name },
      `SpecAccepted=False ${reason}`,
      60_000,
    );
    const find = (type: string): { reason: string; message: string } | undefined =>
      instance.status?.conditions?.find((condition) => condition.type === type);
    expect(find("Stalled")?.reason).toBe(reason);
    expect(instance.status?.phase).toBe("Error");
    expect(instance.status?.release).toBeUndefined();
    return find("SpecAccepted")?.message ?? "";
  };

  beforeAll(async () => {
    // An operator serves every instance of its cluster, those of other tests too.
    cluster = await startHollowCluster();
    product = await installProduct("refusals", cluster.facts);
    ({ kubectl, namespace } = product);
    await product.start().leading();
  }, 120_000);

  afterAll(async () => {
    await kubectl.run(["delete", "vci", "-n", namespace, "--all", "--timeout=100s"]);
    await product.close();
    await cluster.stop();
  }, 150_000);

  it.each(
    TAKEOVERS.map(([path, values], index) => ({ path, values, name: `takeover-${String(index)}` })),
  )(
    "values at $path",
    async ({ path, values, name }) => {
      expect(await refusal(name, { values }, "ValuesRefused")).toContain(`spec.values.${path}`);
    },
    90_000,
  );

  it("values of a type that the chart does not take", async () => {
    const values = { controlPlane: { statefulSet: { enableServiceLinks: "perhaps" } } };
    expect(await refusal("schema", { values }, "ValuesRefused")).toContain(
      "controlPlane.statefulSet.enableServiceLinks",
    );
  }, 90_000);

  it("a chart version that nobody has, naming those that are supported", async () => {
    expect(await refusal("chart", { chart: { version: "0.99.0" } }, "ChartUnsupported")).toContain(
      "0.36.1",
    );
  }, 90_000);

  it("a refusal that somebody wrote over in the status stands again soon", async () => {
    const name = "written-over";
    await refusal(name, { chart: { version: "0.99.0" } }, "ChartUnsupported");
    const lie = JSON.stringify({ status: { phase: "Running", conditions: [] } });
    const patch = ["--subresource=status", "--type=merge", `--patch=${lie}`];
    await kubectl.run(["patch", "vci", "-n", namespace, name, ...patch]);
    await waitForCondition(
      kubectl,
      { namespace, name },
      "SpecAccepted=False ChartUnsupported",
      60_000,
    );
    expect((await readInstance(kubectl, namespace, name))?.status?.phase).toBe("Error");
  }, 90_000);

  it("a distribution that the chart cannot run", async () => {
    expect(await refusal("distro", { distro: "k3s" }, "DistroUnsupported")).toContain("k8s");
  }, 90_000);

  it("a namespace that exists and is not ours, which stays untouched", async () => {
    const before = await kubectl.run(["get", "namespace", "kube-public", "-o", "yaml"]);
    const taken = `${product.id}-foreign`;
    await kubectl.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: taken } });
    await refusal("foreign", { targetNamespace: taken }, "NamespaceNotOwned");
    await kubectl.run(["delete", "vci", "-n", namespace, "foreign", "--timeout=60s"]);
    expect(await kubectl.get("namespace", taken)).toBeDefined();
    expect(await kubectl.run(["get", "namespace", "kube-public", "-o", "yaml"])).toBe(before);
    await kubectl.run(["delete", "namespace", taken, "--wait=false"]);
  }, 150_000);

  it("a second instance for one namespace, while the first is left alone", async () => {
    const targetNamespace = `${product.id}-shared`;
    await kubectl.apply(instanceOf(namespace, "first", { targetNamespace }));
    await waitForCondition(kubectl, { namespace, name: "first" }, "HelmReleased=True", 60_000);
    const said = await refusal("second", { targetNamespace }, "NamespaceTaken");
    expect(said).toContain(`${namespace}/first`);
    await kubectl.run(["delete", "vci", "-n", namespace, "second", "--timeout=60s"]);
    const first = await readInstance(kubectl, namespace, "first");
    expect(first?.status?.release?.revision).toBe(1);
    expect(await kubectl.get("statefulset", "-n", targetNamespace, "first")).toBeDefined();
  }, 200_000);

  it("a protected instance is not deleted, neither by the API server nor by the operator", async () => {
    await kubectl.apply(instanceOf(namespace, "kept", { deletionProtection: true }));
    await waitForCondition(kubectl, { namespace, name: "kept" }, "HelmReleased=True", 60_000);
    const answer = await kubectl.attempt([
      "delete",
      "vci",
      "-n",
      namespace,
      "kept",
      "--wait=false",
    ]);
    expect(answer.code).not.toBe(0);
    expect(answer.stderr).toContain("deletionProtection");
    await kubectl.apply(instanceOf(namespace, "kept", { deletionProtection: false }));
    await kubectl.run(["delete", "vci", "-n", namespace, "kept", "--wait=false"]);
    await waitForGone(kubectl, { namespace, name: "kept" }, 60_000);
  }, 200_000);

  it("Retain keeps volumes and identity for an instance of the same name", async () => {
    await kubectl.apply(instanceOf(namespace, "again", { deletionPolicy: "Retain" }));
    const first = await waitForCondition(
      kubectl,
      { namespace, name: "again" },
      "HelmReleased=True",
      60_000,
    );
    const target = first.status?.targetNamespace ?? "";
    const identity = await kubectl.run(certificate(target));
    await waitFor("the volume claim", () => kubectl.get("pvc", "-n", target, "data-again-0"));
    await kubectl.run(["delete", "vci", "-n", namespace, "again", "--wait=false"]);
    await waitForGone(kubectl, { namespace, name: "again" }, 60_000);
    expect(await kubectl.get("statefulset", "-n", target, "again")).toBeUndefined();
    expect(await kubectl.get("pvc", "-n", target, "data-again-0")).toBeDefined();
    await kubectl.apply(instanceOf(namespace, "again", {}));
    await waitForCondition(kubectl, { namespace, name: "again" }, "HelmReleased=True", 60_000);
    expect(await kubectl.run(certificate(target))).toBe(identity);
  }, 250_000);

  it("a deletion that hangs says what holds it, and force lets it go", async () => {
    await kubectl.apply(instanceOf(namespace, "stuck", {}));
    const stuck = await waitForCondition(
      kubectl,
      { namespace, name: "stuck" },
      "HelmReleased=True",
      60_000,
    );
    const target = stuck.status?.targetNamespace ?? "";
    await kubectl.apply({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { namespace: target, name: "held", finalizers: ["example.com/never"] },
    });
    await kubectl.run(["delete", "vci", "-n", namespace, "stuck", "--wait=false"]);
    await waitFor("the condition names the finalizer", async () => {
      const instance = await readInstance(kubectl, namespace, "stuck");
      const said = instance?.status?.conditions?.find(({ type }) => type === "Deleting");
      return said?.message.includes("example.com/never");
    });
    await kubectl.run([
      "annotate",
      "vci",
      "-n",
      namespace,
      "stuck",
      "openvcluster.io/force-delete=true",
    ]);
    await waitForGone(kubectl, { namespace, name: "stuck" }, 60_000);
    await waitFor("the namespace is gone", async () => {
      return (await kubectl.get("namespace", target)) === undefined;
    });
  }, 250_000);
});

function certificate(namespace: string): readonly string[] {
  return ["get", "secret", "-n", namespace, "again-certs", "-o", "jsonpath={.data.ca\\.crt}"];
}
