import { describe, expect, it } from "@jest/globals";
import { SOURCE_VERSION_ANNOTATION } from "@open-vcluster/crds";
import { renderKubeconfig } from "@open-vcluster/runtime";
import { parse } from "yaml";
import { readCredentials } from "./credentials.ts";
import {
  externalServer,
  kubeconfigSecret,
  kubeconfigSource,
  kubeconfigState,
  type VirtualEndpoint,
} from "./secret.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const text = (encoded: string): string => Buffer.from(encoded, "base64").toString();

const ENDPOINT: VirtualEndpoint = {
  name: "demo",
  targetNamespace: "vc-1234-demo",
  clusterIP: "10.96.3.4",
};
const SOURCE = {
  "certificate-authority": base64("CA"),
  "client-certificate": base64("CERT"),
  "client-key": base64("KEY"),
  token: "",
  config: base64("ignored: true"),
};
const LABELS = {
  "openvcluster.io/instance-name": "demo",
  "openvcluster.io/operator-id": "default",
};
const OWNER = {
  apiVersion: "openvcluster.io/v1alpha1",
  kind: "VClusterInstance",
  name: "demo",
  uid: "1-2-3",
};
const REQUEST = {
  endpoint: ENDPOINT,
  source: SOURCE,
  sourceVersion: "uid/41",
  owner: OWNER,
  namespace: "team",
  labels: LABELS,
};

interface Parsed {
  clusters: { name: string; cluster: Record<string, string> }[];
  users: { user: Record<string, string> }[];
  contexts: { name: string }[];
  "current-context": string;
}

describe("kubeconfigSecret", () => {
  const secret = kubeconfigSecret(REQUEST);
  const config = parse(text(secret.data.config)) as Parsed;
  const inCluster = parse(text(secret.data["in-cluster"])) as Parsed;

  it("lives beside the instance and goes with it", () => {
    expect(secret.metadata).toMatchObject({
      namespace: "team",
      name: "demo-kubeconfig",
      labels: LABELS,
      ownerReferences: [OWNER],
    });
  });

  it("points at the Service from outside and by its name from inside", () => {
    expect(config.clusters[0]!.cluster["server"]).toBe("https://10.96.3.4:443");
    expect(inCluster.clusters[0]!.cluster["server"]).toBe("https://demo.vc-1234-demo.svc");
  });

  it("carries the credentials of the source", () => {
    for (const { clusters, users } of [config, inCluster]) {
      expect(text(clusters[0]!.cluster["certificate-authority-data"]!)).toBe("CA");
      expect(text(users[0]!.user["client-certificate-data"]!)).toBe("CERT");
      expect(text(users[0]!.user["client-key-data"]!)).toBe("KEY");
    }
  });

  it("names its context after the instance", () => {
    expect(config["current-context"]).toBe("demo");
    expect(config.contexts[0]!.name).toBe("demo");
  });

  it("is current in its own eyes", () => {
    const source = kubeconfigSource("uid/41", ENDPOINT);
    expect(secret.metadata.annotations?.[SOURCE_VERSION_ANNOTATION]).toBe(source);
    expect(kubeconfigState(secret.metadata, LABELS, source)).toBe("current");
  });
});

describe("externalServer", () => {
  it.each([
    [
      "an exposed host",
      { ...ENDPOINT, ingressHost: "demo.example.com" },
      "https://demo.example.com",
    ],
    ["an IPv6 address", { ...ENDPOINT, clusterIP: "fd00::7" }, "https://[fd00::7]:443"],
  ])("uses %s", (_, endpoint, server) => {
    expect(externalServer(endpoint)).toBe(server);
  });
});

describe("kubeconfigState", () => {
  const source = kubeconfigSource("uid/41", ENDPOINT);
  it.each([
    ["absent", undefined, "absent"],
    ["unlabelled", { annotations: { [SOURCE_VERSION_ANNOTATION]: source } }, "foreign"],
    [
      "another operator's",
      { labels: { ...LABELS, "openvcluster.io/operator-id": "b" } },
      "foreign",
    ],
    ["ours, from an earlier source", { labels: LABELS, annotations: {} }, "outdated"],
  ])("knows a Secret that is %s", (_, metadata, state) => {
    expect(kubeconfigState(metadata, LABELS, source)).toBe(state);
  });

  it("changes with everything that the contents depend on", () => {
    const sources = [
      source,
      kubeconfigSource("uid/42", ENDPOINT),
      kubeconfigSource("uid/41", { ...ENDPOINT, clusterIP: "10.96.3.5" }),
      kubeconfigSource("uid/41", { ...ENDPOINT, ingressHost: "demo.example.com" }),
      kubeconfigSource("uid/41", { ...ENDPOINT, targetNamespace: "other" }),
    ];
    expect(new Set(sources).size).toBe(sources.length);
  });
});

describe("readCredentials", () => {
  it("takes a token when there is no client certificate", () => {
    const data = { "certificate-authority": base64("CA"), token: base64("TOKEN") };
    expect(readCredentials(data)).toEqual({ ca: "CA", token: "TOKEN" });
  });

  it.each([[{ ca: "CA", cert: "CERT", key: "KEY" }], [{ ca: "CA", token: "TOKEN" }]])(
    "falls back on the kubeconfig: %j",
    (credentials) => {
      const rendered = renderKubeconfig(
        { server: "https://localhost:8443", contextName: "x" },
        credentials,
      );
      expect(readCredentials({ config: base64(rendered) })).toEqual(credentials);
    },
  );

  it.each([
    ["nothing", {}],
    ["an empty Secret", { config: "", token: "" }],
    ["an authority alone", { "certificate-authority": base64("CA") }],
    ["broken YAML", { config: base64("{") }],
    ["other YAML", { config: base64("- 1") }],
  ])("waits while there is %s", (_, data) => {
    expect(() => readCredentials(data)).toThrow(
      expect.objectContaining({ kind: "unavailable", reason: "KubeconfigIncomplete" }),
    );
  });
});
