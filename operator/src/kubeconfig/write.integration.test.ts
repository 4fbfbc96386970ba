import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createKubeClient, type KubeClient, type KubeObject } from "@open-vcluster/runtime";
import { connectToTestbed, createNamespace } from "@open-vcluster/runtime/testing/testbed";
import { KINDS } from "../world/kinds.ts";
import { kubeconfigSecret, kubeconfigSource, kubeconfigState } from "./secret.ts";
import { writeKubeconfig } from "./write.ts";

const { signal } = new AbortController();
const base64 = (text: string): string => Buffer.from(text).toString("base64");

describe("NAME-kubeconfig on a real API server", () => {
  const labels = { "openvcluster.io/instance-name": "demo" };
  let client: KubeClient;
  let namespace = "";
  let key = { namespace, name: "" };
  let uid = "";
  const wanted = (sourceVersion: string, clusterIP = "10.96.3.4") =>
    kubeconfigSecret({
      endpoint: { name: "demo", targetNamespace: "vc-demo", clusterIP },
      source: { "certificate-authority": base64("CA"), token: base64("TOKEN") },
      sourceVersion,
      owner: { apiVersion: "v1", kind: "ConfigMap", name: "owner", uid },
      namespace,
      labels,
    });
  const write = (secret: ReturnType<typeof wanted>) => writeKubeconfig(secret, client, signal);

  beforeAll(async () => {
    client = createKubeClient(connectToTestbed(process.env));
    namespace = await createNamespace(client);
    key = { namespace, name: "demo-kubeconfig" };
    const owner = await client.create(KINDS.configMap, { metadata: { namespace, name: "owner" } });
    uid = (owner as KubeObject).metadata.uid ?? "";
  });
  afterAll(async () => {
    await client.delete(KINDS.namespace, { name: namespace });
    await client.close();
  });

  it("is created, and current by its metadata alone", async () => {
    await write(wanted("1"));
    const { metadata } = (await client.get(KINDS.secret, key, { metadataOnly: true })) ?? {};
    const endpoint = { name: "demo", targetNamespace: "vc-demo", clusterIP: "10.96.3.4" };
    expect(kubeconfigState(metadata, labels, kubeconfigSource("1", endpoint))).toBe("current");
    expect(kubeconfigState(metadata, labels, kubeconfigSource("2", endpoint))).toBe("outdated");
  });

  it("follows a new address and keeps what others added", async () => {
    await client.mergePatch(KINDS.secret, key, { metadata: { annotations: { note: "mine" } } });
    await write(wanted("2", "10.96.9.9"));
    const secret = await client.get<KubeObject & { data: Record<string, string> }>(
      KINDS.secret,
      key,
    );
    expect(Buffer.from(secret?.data["config"] ?? "", "base64").toString()).toContain(
      "https://10.96.9.9:443",
    );
    expect(secret?.metadata.annotations).toMatchObject({ note: "mine" });
  });

  it("does not touch a Secret of that name that is somebody else's", async () => {
    await client.delete(KINDS.secret, key);
    const theirs = await client.create<KubeObject>(KINDS.secret, {
      metadata: key,
      data: { config: base64("precious") },
    });
    await expect(write(wanted("3"))).rejects.toMatchObject({ reason: "SecretNotOwned" });
    const { metadata } = (await client.get(KINDS.secret, key)) ?? {};
    expect(metadata?.resourceVersion).toBe(theirs.metadata.resourceVersion);
  });
});
