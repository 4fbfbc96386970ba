import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import {
  connectWithKubeconfig,
  createKubeClient,
  type KubeClient,
  type KubeObject,
  type ResourceType,
} from "@open-vcluster/runtime";
import { kubeconfigSecret, kubeconfigSource, kubeconfigState } from "./secret.ts";
import { writeKubeconfig } from "./write.ts";

const core = (plural: string, kind: string, namespaced = true): ResourceType => ({
  group: "",
  version: "v1",
  plural,
  kind,
  namespaced,
});
const SECRETS = core("secrets", "Secret");
const CONFIG_MAPS = core("configmaps", "ConfigMap");
const NAMESPACES = core("namespaces", "Namespace", false);
const { signal } = new AbortController();
const base64 = (text: string): string => Buffer.from(text).toString("base64");

describe("NAME-kubeconfig on a real API server", () => {
  const namespace = `kubeconfig-${randomUUID().slice(0, 8)}`;
  const labels = { "openvcluster.io/instance-name": "demo" };
  const key = { namespace, name: "demo-kubeconfig" };
  let client: KubeClient;
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
  const write = (secret: ReturnType<typeof wanted>) =>
    writeKubeconfig(secret, { client, fieldManager: "test" }, signal);

  beforeAll(async () => {
    client = createKubeClient(connectWithKubeconfig(process.env["TESTBED_KUBECONFIG"] ?? ""));
    await client.create(NAMESPACES, { metadata: { name: namespace } });
    const owner = await client.create(CONFIG_MAPS, { metadata: { namespace, name: "owner" } });
    uid = (owner as KubeObject).metadata.uid ?? "";
  });
  afterAll(async () => {
    await client.delete(NAMESPACES, { name: namespace });
    await client.close();
  });

  it("is created, and current by its metadata alone", async () => {
    await write(wanted("1"));
    const { metadata } = (await client.get(SECRETS, key, { metadataOnly: true })) ?? {};
    const endpoint = { name: "demo", targetNamespace: "vc-demo", clusterIP: "10.96.3.4" };
    expect(kubeconfigState(metadata, labels, kubeconfigSource("1", endpoint))).toBe("current");
    expect(kubeconfigState(metadata, labels, kubeconfigSource("2", endpoint))).toBe("outdated");
  });

  it("follows a new address and keeps what others added", async () => {
    await client.mergePatch(SECRETS, key, { metadata: { annotations: { note: "mine" } } });
    await write(wanted("2", "10.96.9.9"));
    const secret = await client.get<KubeObject & { data: Record<string, string> }>(SECRETS, key);
    expect(Buffer.from(secret?.data["config"] ?? "", "base64").toString()).toContain(
      "https://10.96.9.9:443",
    );
    expect(secret?.metadata.annotations).toMatchObject({ note: "mine" });
  });

  it("does not touch a Secret of that name that is somebody else's", async () => {
    await client.delete(SECRETS, key);
    const theirs = await client.create<KubeObject>(SECRETS, {
      metadata: key,
      data: { config: base64("precious") },
    });
    await expect(write(wanted("3"))).rejects.toMatchObject({ reason: "SecretNotOwned" });
    const { metadata } = (await client.get(SECRETS, key)) ?? {};
    expect(metadata?.resourceVersion).toBe(theirs.metadata.resourceVersion);
  });
});
