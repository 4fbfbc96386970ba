import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { VClusterInstance } from "@open-vcluster/crds";
import { instanceOf, waitForCondition } from "./harness/instance.ts";
import type { Kubectl } from "./harness/kubectl.ts";
import { installProduct, type Product } from "./harness/product.ts";

const STORAGE_CLASS = "ovc-trouble-late";

describe("a control plane in trouble says why and heals when the cause is gone", () => {
  let product: Product;
  let kubectl: Kubectl;
  let namespace: string;

  const shows = async (name: string, reason: string): Promise<string> => {
    const instance = await waitForCondition(
      kubectl,
      { namespace, name },
      `ControlPlaneAvailable=False ${reason}`,
    );
    return (
      instance.status?.conditions?.find(({ type }) => type === "ControlPlaneAvailable")?.message ??
      ""
    );
  };
  const heals = async (name: string, spec: VClusterInstance["spec"]): Promise<void> => {
    await kubectl.apply(instanceOf(namespace, name, spec));
    await waitForCondition(kubectl, { namespace, name }, "Ready=True Running");
    await kubectl.run(["delete", "vci", "-n", namespace, name, "--timeout=200s"]);
  };

  beforeAll(async () => {
    product = await installProduct("trouble");
    ({ kubectl, namespace } = product);
    await product.start().leading();
  }, 120_000);

  afterAll(async () => {
    await kubectl.run(["delete", "vci", "-n", namespace, "--all", "--timeout=200s"]);
    await kubectl.run(["delete", "storageclass", STORAGE_CLASS, "--ignore-not-found"]);
    await product.close();
  }, 300_000);

  it("an image that does not exist", async () => {
    const spec = { kubernetesVersion: "1.36.99" };
    await kubectl.apply(instanceOf(namespace, "image", spec));
    expect(await shows("image", "ImageNotAvailable")).toContain("v1.36.99");
    await heals("image", { kubernetesVersion: "1.36.0" });
  }, 400_000);

  it("a pod that no node can take", async () => {
    const spec = { controlPlane: { replicas: 1, resources: { requests: { cpu: "999" } } } };
    await kubectl.apply(instanceOf(namespace, "big", spec));
    expect(await shows("big", "Unschedulable")).toMatch(/cpu/i);
    await heals("big", { controlPlane: { replicas: 1 } });
  }, 400_000);

  it("a container that keeps exiting", async () => {
    const resources = { requests: { memory: "16Mi" }, limits: { memory: "24Mi" } };
    const spec = { controlPlane: { replicas: 1, resources } };
    await kubectl.apply(instanceOf(namespace, "small", spec));
    expect(await shows("small", "CrashLooping")).toContain("syncer");
    await heals("small", { controlPlane: { replicas: 1 } });
  }, 400_000);

  it("a volume whose class comes late", async () => {
    const spec = { storage: { storageClassName: STORAGE_CLASS } };
    await kubectl.apply(instanceOf(namespace, "late", spec));
    await shows("late", "VolumePending");
    const [standard] = await kubectl.list<{ readonly provisioner: string }>("storageclasses");
    await kubectl.apply({
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name: STORAGE_CLASS },
      provisioner: standard?.provisioner,
    });
    await heals("late", spec);
  }, 400_000);
});
