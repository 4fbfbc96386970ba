import { createHash } from "node:crypto";
import {
  FORWARDER_FOR_ANNOTATION,
  forwarderSecretName,
  WORK_ANNOTATION,
  WORK_LABEL,
} from "@open-vcluster/crds";
import type { KubeObject } from "@open-vcluster/runtime";
import { ownershipLabels } from "../../instance/identity.ts";
import type { InstanceKey } from "../../world/reads.ts";
import type { ForwarderCertificates, TlsParts } from "../forwarder/certificates.ts";
import { FORWARDER_VARIABLES, type ForwarderSettings } from "../forwarder/settings.ts";
import type { StoreHost } from "./store-host.ts";

/** Name of everything of a forwarder in the target namespace, which has one at most. */
export const FORWARDER = "snapshot-forwarder";
export const FORWARDER_PORT = 2379;

const HEALTH_PORT = 8080;
const DATA = "/data";
const TLS = "/tls";
const RUN = "/run/forwarder";

/** What a forwarder is made for. */
export interface ForwarderWish {
  readonly instance: InstanceKey;
  readonly targetNamespace: string;
  readonly operatorId: string;
  readonly operatorNamespace: string;
  readonly image: string;
  /** Secrets in the target namespace to pull the image with. */
  readonly pullSecrets: readonly { readonly name: string }[];
  /** Who uses it, as Jobs name it. */
  readonly asker: string;
  /** After this time it ends by itself, seconds. */
  readonly deadlineSeconds: number;
}

/** The forwarder's own certificate, in the target namespace. Pure. */
export function serverSecretOf(
  wish: ForwarderWish,
  certificates: ForwarderCertificates,
): KubeObject {
  const metadata = { name: FORWARDER, namespace: wish.targetNamespace };
  return secretOf(wish, metadata, certificates.server);
}

/** The certificate that lets in, in the operator's namespace. Pure. */
export function clientSecretOf(
  wish: ForwarderWish,
  certificates: ForwarderCertificates,
): KubeObject {
  const { operatorNamespace: namespace, instance } = wish;
  return secretOf(wish, { name: forwarderSecretName(instance), namespace }, certificates.client);
}

function secretOf(
  wish: ForwarderWish,
  metadata: { readonly name: string; readonly namespace: string },
  { ca, cert, key }: TlsParts,
): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { ...metadata, labels: labelsOf(wish) },
    type: "kubernetes.io/tls",
    data: { "ca.crt": base64(ca), "tls.crt": base64(cert), "tls.key": base64(key) },
  };
}

/**
 * Lets workers in, and nobody else. It concerns the forwarder alone: a policy that names another pod would also keep out
 * everybody whom it does not name. Pure.
 */
export function forwarderPolicyOf(wish: ForwarderWish): KubeObject {
  const namespace = { "kubernetes.io/metadata.name": wish.operatorNamespace };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: FORWARDER, namespace: wish.targetNamespace, labels: labelsOf(wish) },
    spec: {
      podSelector: { matchLabels: { [WORK_LABEL]: "forwarder" } },
      policyTypes: ["Ingress", "Egress"],
      ingress: [
        {
          from: [
            {
              namespaceSelector: { matchLabels: namespace },
              podSelector: { matchLabels: { [WORK_LABEL]: "snapshot" } },
            },
          ],
          ports: [{ port: FORWARDER_PORT, protocol: "TCP" }],
        },
      ],
      egress: [],
    },
  };
}

/** What a forwarder has to be made for to be of use; another one is replaced. Pure. */
export function purposeOf({ mode, nodeName = "" }: StoreHost, clientCa: string): string {
  const ca = createHash("sha256").update(clientCa).digest("hex").slice(0, 16);
  return `${mode} ${nodeName} ${ca}`;
}

/** The pod that offers the store: as the user of the control plane, whose files they are, and otherwise restricted. Pure. */
export function forwarderPodOf(
  wish: ForwarderWish,
  host: StoreHost,
  { client }: Pick<ForwarderCertificates, "client">,
): KubeObject {
  const { mode, claim, nodeName, placement, user, fsGroup } = host;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: FORWARDER,
      namespace: wish.targetNamespace,
      labels: labelsOf(wish),
      annotations: {
        [WORK_ANNOTATION]: wish.asker,
        [FORWARDER_FOR_ANNOTATION]: purposeOf(host, client.ca),
      },
    },
    spec: {
      ...placement,
      ...(wish.pullSecrets.length === 0 ? {} : { imagePullSecrets: wish.pullSecrets }),
      ...(nodeName === undefined ? {} : { nodeName }),
      restartPolicy: "Never",
      activeDeadlineSeconds: wish.deadlineSeconds,
      terminationGracePeriodSeconds: 15,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: {
        seccompProfile: { type: "RuntimeDefault" },
        ...(fsGroup === undefined ? {} : { fsGroup }),
      },
      containers: [
        {
          name: "forwarder",
          image: wish.image,
          args: ["snapshot-forwarder"],
          env: environmentOf(mode),
          ports: [{ name: "store", containerPort: FORWARDER_PORT }],
          readinessProbe: { httpGet: { path: "/readyz", port: HEALTH_PORT }, periodSeconds: 1 },
          securityContext: {
            ...user,
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
          },
          // All four, for a namespace whose quota asks for them.
          resources: {
            requests: { cpu: "50m", memory: "64Mi" },
            limits: { cpu: "1", memory: "512Mi" },
          },
          volumeMounts: [
            { name: "data", mountPath: DATA },
            { name: "tls", mountPath: TLS, readOnly: true },
            { name: "run", mountPath: RUN },
            // SQLite sorts there what does not fit in its cache.
            { name: "tmp", mountPath: "/tmp" },
          ],
        },
      ],
      volumes: [
        { name: "data", persistentVolumeClaim: { claimName: claim.metadata.name } },
        { name: "tls", secret: { secretName: FORWARDER } },
        { name: "run", emptyDir: {} },
        { name: "tmp", emptyDir: {} },
      ],
    },
  };
}

function environmentOf(mode: StoreHost["mode"]): readonly object[] {
  const settings: ForwarderSettings = {
    mode,
    socket: `${mode === "socket" ? DATA : RUN}/kine.sock`,
    database: `${DATA}/state.db`,
    kine: "/usr/local/bin/kine",
    tlsDirectory: TLS,
    port: FORWARDER_PORT,
    healthPort: HEALTH_PORT,
  };
  const names = Object.keys(settings) as (keyof ForwarderSettings)[];
  return names.map((name) => ({ name: FORWARDER_VARIABLES[name], value: String(settings[name]) }));
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

function labelsOf({ instance, operatorId }: ForwarderWish): Readonly<Record<string, string>> {
  return { ...ownershipLabels(instance, operatorId), [WORK_LABEL]: "forwarder" };
}
