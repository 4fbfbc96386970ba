import { createPrivateKey, createPublicKey, sign, verify, X509Certificate } from "node:crypto";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { createPki } from "./create.ts";
import { AUTHORITIES, LEAVES, type Leaf, PKI_ENTRIES, type Pki } from "./entries.ts";

const NOW_MS = Date.UTC(2026, 0, 15, 12);
const DAY_MS = 86_400_000;
const REQUEST = {
  name: "demo",
  namespace: "vc-1234-demo",
  clusterDomain: "cluster.local",
  extraSANs: ["demo.vc-1234-demo.svc", "10.0.0.7", "not a name"],
  firstServiceIP: "10.96.0.1",
  nowMs: NOW_MS,
};

describe("createPki", () => {
  let pki: Pki;
  beforeAll(async () => {
    pki = await createPki(REQUEST);
  });
  const certificate = (entry: `${Leaf}.crt` | "ca.crt" | "etcd-ca.crt" | "front-proxy-ca.crt") =>
    new X509Certificate(pki[entry]);

  it("makes every entry of the Secret and nothing else", () => {
    expect(Object.keys(pki).sort()).toEqual([...PKI_ENTRIES].sort());
    expect(PKI_ENTRIES).toHaveLength(29);
  });

  it.each([
    ["apiserver", "ca", "CN=kube-apiserver"],
    [
      "apiserver-kubelet-client",
      "ca",
      "O=kubeadm:cluster-admins\nCN=kube-apiserver-kubelet-client",
    ],
    ["front-proxy-client", "front-proxy-ca", "CN=front-proxy-client"],
    ["etcd-server", "etcd-ca", "CN=demo"],
    ["etcd-peer", "etcd-ca", "CN=demo"],
    ["etcd-healthcheck-client", "etcd-ca", "CN=kube-etcd-healthcheck-client"],
    ["apiserver-etcd-client", "etcd-ca", "CN=kube-apiserver-etcd-client"],
  ] as const)("signs %s with %s for %j", (leaf, authority, subject) => {
    const issued = certificate(`${leaf}.crt`);
    const issuer = certificate(`${authority}.crt`);
    expect(issued.subject).toBe(subject);
    expect(issued.checkIssued(issuer)).toBe(true);
    expect(issued.verify(issuer.publicKey)).toBe(true);
    expect(issued.checkPrivateKey(createPrivateKey(pki[`${leaf}.key`]))).toBe(true);
    expect(issued.ca).toBe(false);
  });

  it.each([
    ["apiserver", ["1.3.6.1.5.5.7.3.1"]],
    ["apiserver-etcd-client", ["1.3.6.1.5.5.7.3.2"]],
    ["etcd-server", ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]],
    ["etcd-peer", ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]],
  ] as const)("allows %s the usages of kubeadm", (leaf, usages) => {
    expect(certificate(`${leaf}.crt`).keyUsage).toEqual(usages);
  });

  it("names one authority as ca, server-ca and client-ca", () => {
    expect(pki["server-ca.crt"]).toBe(pki["ca.crt"]);
    expect(pki["client-ca.key"]).toBe(pki["ca.key"]);
    expect(pki["etcd-ca.crt"]).not.toBe(pki["ca.crt"]);
  });

  it("starts five minutes back; authorities live ten years and leaves 365 days", () => {
    for (const stem of [...AUTHORITIES, ...LEAVES]) {
      const { validFromDate, validToDate } = new X509Certificate(pki[`${stem}.crt`]);
      expect(validFromDate.getTime()).toBe(NOW_MS - 5 * 60_000);
      const days = (validToDate.getTime() - validFromDate.getTime()) / DAY_MS;
      expect(days).toBe(stem.endsWith("ca") ? 3650 : 365);
    }
  });

  it("gives every certificate its own positive serial number", () => {
    const stems = ["ca", "front-proxy-ca", "etcd-ca", ...LEAVES] as const;
    const serials = stems.map((stem) => new X509Certificate(pki[`${stem}.crt`]).serialNumber);
    expect(new Set(serials).size).toBe(stems.length);
    for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9A-F]{15}$/);
  });

  it("covers the names under which etcd is dialled", () => {
    for (const leaf of ["etcd-server", "etcd-peer"] as const) {
      const issued = certificate(`${leaf}.crt`);
      for (const host of [
        "localhost",
        "demo-etcd",
        "demo-etcd.vc-1234-demo",
        "demo-etcd.vc-1234-demo.svc",
        "demo-etcd-2.demo-etcd-headless.vc-1234-demo",
        "demo-etcd-9.demo-etcd-headless.vc-1234-demo.svc.cluster.local",
        "demo.vc-1234-demo.svc",
      ]) {
        expect([host, issued.checkHost(host)]).toEqual([host, expect.any(String)]);
      }
      expect(issued.checkIP("127.0.0.1")).toBe("127.0.0.1");
      expect(issued.checkIP("10.0.0.7")).toBe("10.0.0.7");
      expect(issued.checkHost("other-etcd")).toBeUndefined();
      expect(issued.subjectAltName).not.toContain("not a name");
    }
  });

  it("covers the names under which the API server is dialled", () => {
    const issued = certificate("apiserver.crt");
    expect(issued.checkIP("10.96.0.1")).toBe("10.96.0.1");
    expect(issued.checkIP("127.0.0.1")).toBe("127.0.0.1");
    expect(issued.checkHost("kubernetes.default.svc.cluster.local")).toBeDefined();
  });

  it("does without a Service address", async () => {
    const { name, namespace, clusterDomain, extraSANs, nowMs } = REQUEST;
    const made = await createPki({ name, namespace, clusterDomain, extraSANs, nowMs });
    const other = new X509Certificate(made["apiserver.crt"]);
    expect(other.checkIP("127.0.0.1")).toBe("127.0.0.1");
    expect(other.checkIP("10.96.0.1")).toBeUndefined();
  });

  it("pairs the key that signs ServiceAccount tokens with its public half", () => {
    const text = Buffer.from("token");
    const signature = sign("sha256", text, createPrivateKey(pki["sa.key"]));
    expect(verify("sha256", text, createPublicKey(pki["sa.pub"]), signature)).toBe(true);
    expect(pki["sa.key"]).toContain("BEGIN EC PRIVATE KEY");
    expect(pki["sa.pub"]).toContain("BEGIN PUBLIC KEY");
  });

  it.each([
    ["admin.conf", "O=system:masters\nCN=kubernetes-super-admin"],
    ["controller-manager.conf", "CN=system:kube-controller-manager"],
    ["scheduler.conf", "CN=system:kube-scheduler"],
  ] as const)("writes %s for %j", (entry, subject) => {
    const config = parse(pki[entry]) as {
      "current-context": string;
      clusters: { cluster: Record<string, string> }[];
      contexts: { name: string }[];
      users: { name: string; user: Record<string, string> }[];
    };
    const user = config.users[0]!;
    const text = (base64 = ""): string => Buffer.from(base64, "base64").toString();
    const issued = new X509Certificate(text(user.user["client-certificate-data"]));
    expect(issued.subject).toBe(subject);
    expect(issued.verify(certificate("ca.crt").publicKey)).toBe(true);
    expect(issued.checkPrivateKey(createPrivateKey(text(user.user["client-key-data"])))).toBe(true);
    expect(config.clusters[0]!.cluster["server"]).toBe("https://127.0.0.1:6443");
    expect(text(config.clusters[0]!.cluster["certificate-authority-data"])).toBe(pki["ca.crt"]);
    expect(config["current-context"]).toBe(`${user.name}@kubernetes`);
    expect(config.contexts[0]!.name).toBe(config["current-context"]);
  });

  it("makes another identity each time", async () => {
    expect((await createPki(REQUEST))["ca.crt"]).not.toBe(pki["ca.crt"]);
  });
});
