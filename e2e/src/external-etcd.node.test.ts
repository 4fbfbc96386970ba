import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { instanceOf, waitForCondition, waitForGone } from "./harness/instance.ts";
import type { Kubectl } from "./harness/kubectl.ts";
import { leftoversOf } from "./harness/leftovers.ts";
import { type OwnEtcd, startOwnEtcd } from "./harness/own-etcd.ts";
import { installProduct, type Product } from "./harness/product.ts";
import { openVirtual } from "./harness/virtual.ts";

const name = "outside";

describe("a virtual cluster on an etcd that somebody else runs", () => {
  let product: Product;
  let kubectl: Kubectl;
  let namespace: string;
  let etcd: OwnEtcd;

  beforeAll(async () => {
    product = await installProduct("external");
    ({ kubectl, namespace } = product);
    etcd = await startOwnEtcd(product.testbed);
    await product.start().leading();
  }, 120_000);

  afterAll(async () => {
    await product.close();
    await etcd.stop();
  }, 120_000);

  it("waits for the Secret with its certificates and says so", async () => {
    const externalEtcd = { endpoint: etcd.endpoint, tlsSecretRef: { name: "etcd-client" } };
    const spec = { backingStore: { type: "externalEtcd", externalEtcd } } as const;
    await kubectl.apply(instanceOf(namespace, name, spec));
    const waiting = await waitForCondition(
      kubectl,
      { namespace, name },
      "SpecAccepted=False ExternalEtcdSecretMissing",
    );
    expect(waiting.status?.release).toBeUndefined();
  }, 120_000);

  it("runs as soon as the Secret is there, and keeps its state over a suspension", async () => {
    const base64 = (text: string): string => Buffer.from(text).toString("base64");
    await kubectl.apply({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { namespace, name: "etcd-client" },
      data: {
        "ca.crt": base64(etcd.client.ca),
        "tls.crt": base64(etcd.client.cert),
        "tls.key": base64(etcd.client.key),
      },
    });
    await waitForCondition(kubectl, { namespace, name }, "Ready=True Running");
    const virtual = await openVirtual(product, name);
    await virtual.run(["create", "configmap", "kept", "--from-literal=answer=42"]);
    const power = (powerState: string): Promise<string> =>
      kubectl.run([
        "patch",
        "vci",
        "-n",
        namespace,
        name,
        "--type=merge",
        "-p",
        JSON.stringify({ spec: { powerState } }),
      ]);
    await power("Suspended");
    await waitForCondition(kubectl, { namespace, name }, "Ready=True Suspended");
    await power("Running");
    await waitForCondition(kubectl, { namespace, name }, "Ready=True Running");
    expect(await virtual.get("configmap", "kept")).toMatchObject({ data: { answer: "42" } });
  }, 400_000);

  it("is deleted without a trace on the host", async () => {
    const { targetNamespace } = (await waitForCondition(kubectl, { namespace, name }, "Ready=True"))
      .status as { readonly targetNamespace: string };
    await kubectl.run(["delete", "vci", "-n", namespace, name, "--wait=false"]);
    await waitForGone(kubectl, { namespace, name });
    expect(await leftoversOf(kubectl, { namespace, name, targetNamespace })).toEqual([]);
  }, 200_000);
});
