import { beforeAll, describe, expect, it } from "@jest/globals";
import {
  createForwarderCertificates,
  type ForwarderCertificates,
} from "../forwarder/certificates.ts";
import { settingsOf } from "../forwarder/settings.ts";
import {
  clientSecretOf,
  forwarderPodOf,
  forwarderPolicyOf,
  purposeOf,
  serverSecretOf,
} from "./forwarder.ts";
import type { StoreHost } from "./store-host.ts";

const wish = {
  instance: { namespace: "team", name: "dev" },
  targetNamespace: "vc-dev",
  operatorId: "default",
  operatorNamespace: "system",
  image: "image:1",
  pullSecrets: [{ name: "registry" }],
  asker: "VClusterSnapshot/team/one",
  deadlineSeconds: 60,
};
const host: StoreHost = {
  mode: "socket",
  claim: { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "data-dev-0" } },
  nodeName: "node-1",
  placement: {},
  user: { runAsUser: 0 },
  fsGroup: undefined,
};

interface Pod {
  readonly spec: {
    readonly nodeName?: string;
    readonly imagePullSecrets?: readonly object[];
    readonly containers: readonly [
      {
        readonly env: readonly { readonly name: string; readonly value: string }[];
        readonly securityContext: object;
      },
    ];
  };
}

describe("a forwarder", () => {
  let certificates: ForwarderCertificates;
  beforeAll(async () => {
    certificates = await createForwarderCertificates(Date.now());
  });
  const podOf = (of: StoreHost): Pod => forwarderPodOf(wish, of, certificates) as unknown as Pod;

  it.each(["socket", "kine"] as const)("is told what it understands in mode %s", (mode) => {
    const { containers } = podOf({ ...host, mode }).spec;
    const variables = Object.fromEntries(containers[0].env.map(({ name, value }) => [name, value]));
    expect(settingsOf(variables)).toMatchObject({ mode, port: 2379 });
  });

  it("runs beside the control plane, as its user and with nothing more", () => {
    const { nodeName, containers, imagePullSecrets } = podOf(host).spec;
    expect({ nodeName, imagePullSecrets }).toEqual({
      nodeName: "node-1",
      imagePullSecrets: wish.pullSecrets,
    });
    expect(containers[0].securityContext).toEqual({
      runAsUser: 0,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
  });

  it("keeps the key of either side where the other's is not", () => {
    const server = serverSecretOf(wish, certificates);
    const client = clientSecretOf(wish, certificates);
    expect([server.metadata.namespace, client.metadata.namespace]).toEqual(["vc-dev", "system"]);
    const key = (pem: string): string => Buffer.from(pem).toString("base64");
    expect(JSON.stringify(server)).not.toContain(key(certificates.client.key));
    expect(JSON.stringify(client)).not.toContain(key(certificates.server.key));
  });

  it("lets in the workers of the operator alone", () => {
    const { spec } = forwarderPolicyOf(wish) as unknown as { readonly spec: object };
    expect(spec).toMatchObject({
      podSelector: { matchLabels: { "openvcluster.io/work": "forwarder" } },
      ingress: [
        {
          from: [
            {
              namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "system" } },
              podSelector: { matchLabels: { "openvcluster.io/work": "snapshot" } },
            },
          ],
        },
      ],
    });
  });

  it("is of use for one way to the store and one certificate", () => {
    const purposes = [
      purposeOf(host, certificates.client.ca),
      purposeOf({ ...host, mode: "kine" }, certificates.client.ca),
      purposeOf({ ...host, nodeName: "node-2" }, certificates.client.ca),
      purposeOf(host, "other"),
    ];
    expect(new Set(purposes).size).toBe(purposes.length);
  });
});
