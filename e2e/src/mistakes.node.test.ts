import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { conditionOf, instanceOf, readInstance, waitForCondition } from "./harness/instance.ts";
import type { Kubectl } from "./harness/kubectl.ts";
import { installProduct, type Product } from "./harness/product.ts";
import { accepts, issueToken } from "./harness/service-token.ts";
import { openVirtual } from "./harness/virtual.ts";
import { waitFor } from "./harness/wait.ts";

const name = "clumsy";

interface SecretObject {
  readonly metadata: { readonly uid: string };
  readonly data: Readonly<Record<string, string>>;
}

/** A pod with a volume, which must outlive every mistake below. */
const KEEPER = [
  {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { namespace: "default", name: "data" },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Mi" } } },
  },
  {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace: "default", name: "keeper" },
    spec: {
      containers: [
        {
          name: "main",
          image: "docker.io/library/busybox:1.36",
          command: ["sh", "-c", "echo precious > /data/file; sleep 100000"],
          volumeMounts: [{ name: "data", mountPath: "/data" }],
        },
      ],
      volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }],
      terminationGracePeriodSeconds: 1,
    },
  },
];

describe("tenant data outlives mistakes on the host", () => {
  let product: Product;
  let kubectl: Kubectl;
  let namespace: string;
  let targetNamespace: string;
  let virtual: Kubectl;
  let certs: SecretObject;
  let token: string;

  const heals = async (): Promise<void> => {
    await waitForCondition(kubectl, { namespace, name }, "Ready=True Running");
  };
  const readCerts = (): Promise<SecretObject | undefined> =>
    kubectl.get<SecretObject>("secret", "-n", targetNamespace, `${name}-certs`);
  const precious = async (): Promise<void> => {
    const text = await waitFor("the tenant's file is read", async () =>
      (await virtual.run(["exec", "-n", "default", "keeper", "--", "cat", "/data/file"])).trim(),
    );
    expect(text).toBe("precious");
  };
  /** The API server judges a token that it issued before the mistake. */
  const tokenWorks = async (): Promise<void> => {
    expect(await accepts(virtual, token)).toBe(true);
  };

  beforeAll(async () => {
    product = await installProduct("mistakes");
    ({ kubectl, namespace } = product);
    await product.start({ env: { DRIFT_GRACE: "2s" } }).leading();
    await kubectl.apply(instanceOf(namespace, name, { backingStore: { type: "etcd" } }));
    const ready = await waitForCondition(kubectl, { namespace, name }, "Ready=True Running");
    targetNamespace = ready.status?.targetNamespace ?? "";
    virtual = await openVirtual(product, name);
    await virtual.apply(...KEEPER);
    await precious();
    certs = (await readCerts())!;
    token = await issueToken(virtual);
  }, 400_000);

  afterAll(async () => {
    await kubectl.run(["delete", "vci", "-n", namespace, "--all", "--timeout=200s"]);
    await product.close();
  }, 300_000);

  it("Service NAME deleted by hand comes back, and nothing of the tenant goes with it", async () => {
    await kubectl.run(["delete", "service", "-n", targetNamespace, name]);
    await waitFor("the Service is back", () => kubectl.get("service", "-n", targetNamespace, name));
    await heals();
    // The Service has another address, which the kubeconfig follows.
    await waitFor("the kubeconfig works again", async () => {
      virtual = await openVirtual(product, name);
      return (await virtual.attempt(["get", "ns", "--request-timeout=3s"])).code === 0;
    });
    await precious();
    await tokenWorks();
  }, 300_000);

  it("a NAME-certs deleted by hand comes back from escrow with the same authorities", async () => {
    await kubectl.run(["delete", "secret", "-n", targetNamespace, `${name}-certs`]);
    const restored = await waitFor("the certificates are back", readCerts);
    expect(restored.metadata.uid).not.toBe(certs.metadata.uid);
    expect(restored.data["ca.crt"]).toBe(certs.data["ca.crt"]);
    expect(restored.data["sa.key"]).toBe(certs.data["sa.key"]);
    await kubectl.run(["delete", "pods", "-n", targetNamespace, "-l", `release=${name}`]);
    await waitFor("the control plane serves again", async () => {
      return (await virtual.attempt(["get", "ns", "--request-timeout=3s"])).code === 0;
    });
    await heals();
    await precious();
    await tokenWorks();
  }, 300_000);

  it("NAME-kubeconfig deleted by hand comes back", async () => {
    await kubectl.run(["delete", "secret", "-n", namespace, `${name}-kubeconfig`]);
    virtual = await openVirtual(product, name);
    await precious();
  }, 60_000);

  it("a StatefulSet deleted and replicas changed by hand are put right", async () => {
    await kubectl.run(["scale", "deployment", "-n", targetNamespace, name, "--replicas=0"]);
    await waitFor("one replica is wanted again", async () => {
      const workload = await kubectl.get<{ readonly spec: { readonly replicas: number } }>(
        "deployment",
        "-n",
        targetNamespace,
        name,
      );
      return workload?.spec.replicas === 1;
    });
    await kubectl.run(["delete", "statefulset", "-n", targetNamespace, `${name}-etcd`]);
    await waitFor("etcd is back", () =>
      kubectl.get("statefulset", "-n", targetNamespace, `${name}-etcd`),
    );
    await waitFor("the control plane serves again", async () => {
      return (await virtual.attempt(["get", "ns", "--request-timeout=3s"])).code === 0;
    });
    await heals();
    await precious();
  }, 300_000);

  it("helm uninstall by hand is undone over the same data and identity", async () => {
    const { helm } = product.testbed;
    const { execFileSync } = await import("node:child_process");
    execFileSync(helm, ["uninstall", name, "-n", targetNamespace], {
      env: { ...process.env, KUBECONFIG: product.testbed.kubeconfig },
      stdio: "pipe",
    });
    await waitFor(
      "the control plane serves again",
      async () => {
        virtual = await openVirtual(product, name);
        return (await virtual.attempt(["get", "ns", "--request-timeout=3s"])).code === 0;
      },
      { timeoutMs: 240_000 },
    );
    await heals();
    expect((await readCerts())?.data["ca.crt"]).toBe(certs.data["ca.crt"]);
    await precious();
    await tokenWorks();
  }, 400_000);

  it("a store whose volume was deleted begins empty, which is told until somebody accepts it", async () => {
    const ofStore = ["-n", targetNamespace, "-l", "app=vcluster-etcd"];
    await kubectl.run(["delete", "pvc", ...ofStore, "--wait=false"]);
    await kubectl.run(["delete", "pods", ...ofStore]);
    const lost = await waitForCondition(
      kubectl,
      { namespace, name },
      "StoreKept=False VolumesReplaced",
    );
    const { message = "" } =
      lost.status?.conditions?.find(({ type }) => type === "StoreKept") ?? {};
    const told = await kubectl.run(["events", "-n", namespace, "--for", `vci/${name}`]);
    expect(told).toContain("VolumesReplaced");
    const [, advised = ""] = /kubectl (annotate .*)$/.exec(message) ?? [];
    await kubectl.run(advised.split(" "));
    await waitFor("the empty store is accepted", async () => {
      const instance = await readInstance(kubectl, namespace, name);
      return instance !== undefined && conditionOf(instance, "StoreKept") === "";
    });
  }, 300_000);
});
