import { execFileSync } from "node:child_process";
import { createServer, type Server } from "node:https";
import { parse } from "yaml";
import { type Api, openApi } from "./api.ts";
import { virtualApi } from "./virtual-api-double.ts";

/**
 * Plays kubelet and syncer where no node is: pods of control planes become ready, `vc-NAME` is written, and each Service
 * address answers as a virtual API would. Everything else is real: the API server, its controllers, Helm, the operator.
 */
export interface ControlPlaneDouble {
  close(): Promise<void>;
}

/** What a double looks after. */
export interface DoubleOptions {
  readonly kubeconfig: string;
  /** Only namespaces of this operator. */
  readonly operatorId: string;
  /** Range of Service addresses, routed to this machine as long as the double lives. */
  readonly serviceNetwork: string;
}

interface Meta {
  readonly name: string;
  readonly namespace: string;
  readonly labels?: Readonly<Record<string, string>>;
}

interface Pod {
  readonly metadata: Meta;
  readonly spec: { readonly containers: readonly { readonly name: string }[] };
  readonly status: { readonly phase?: string };
}

interface Service {
  readonly metadata: Meta;
  readonly spec: { readonly clusterIP?: string };
}

interface Secret {
  readonly metadata: Meta;
  readonly data?: Readonly<Record<string, string>>;
}

const ROUND_MS = 150;

/** Starts a double. Needs root, for the route. */
export function startControlPlaneDouble(options: DoubleOptions): ControlPlaneDouble {
  const api = openApi(options.kubeconfig);
  const servers = new Map<string, Server>();
  let open = true;
  execFileSync("ip", ["route", "replace", "local", options.serviceNetwork, "dev", "lo"]);
  const rounds = (async () => {
    while (open) {
      await round(api, options.operatorId, servers).catch((error: unknown) => {
        if (open) process.stderr.write(`double: ${String(error)}\n`);
      });
      await new Promise((resolve) => setTimeout(resolve, ROUND_MS));
    }
  })();
  return {
    close: async () => {
      open = false;
      await rounds;
      for (const server of servers.values()) server.close();
      for (const server of servers.values()) server.closeAllConnections();
      execFileSync("ip", ["route", "del", "local", options.serviceNetwork, "dev", "lo"]);
      api.close();
    },
  };
}

async function round(api: Api, operatorId: string, servers: Map<string, Server>): Promise<void> {
  const selector = encodeURIComponent(`openvcluster.io/operator-id=${operatorId}`);
  const namespaces = await api.list<{ readonly metadata: Meta }>(
    `/api/v1/namespaces?labelSelector=${selector}`,
  );
  for (const { metadata } of namespaces) {
    const name = metadata.labels?.["openvcluster.io/instance-name"] ?? "";
    await playKubelet(api, metadata.name);
    await playSyncer(api, { namespace: metadata.name, name }, servers);
  }
}

async function playKubelet(api: Api, namespace: string): Promise<void> {
  const pods = await api.list<Pod>(`/api/v1/namespaces/${namespace}/pods`);
  for (const pod of pods.filter(({ status }) => status.phase !== "Running")) {
    if (pod.metadata.labels?.["broken"] === "true") continue;
    const now = new Date().toISOString();
    const condition = (type: string): object => ({ type, status: "True", lastTransitionTime: now });
    await api.call(
      "PATCH",
      `/api/v1/namespaces/${namespace}/pods/${pod.metadata.name}/status`,
      {
        status: {
          phase: "Running",
          startTime: now,
          conditions: ["Initialized", "Ready", "ContainersReady", "PodScheduled"].map(condition),
          containerStatuses: pod.spec.containers.map(({ name }) => ({
            name,
            ready: true,
            started: true,
            restartCount: 0,
            image: "",
            imageID: "",
            state: { running: { startedAt: now } },
          })),
        },
      },
      "application/merge-patch+json",
    );
  }
}

async function playSyncer(
  api: Api,
  at: { readonly namespace: string; readonly name: string },
  servers: Map<string, Server>,
): Promise<void> {
  const base = `/api/v1/namespaces/${at.namespace}`;
  const service = (await api.call("GET", `${base}/services/${at.name}`)).body as Service;
  const certs = (await api.call("GET", `${base}/secrets/${at.name}-certs`)).body as Secret;
  const address = service.spec?.clusterIP;
  if (address === undefined || certs.data === undefined) return;
  const text = (key: string): string => Buffer.from(certs.data?.[key] ?? "", "base64").toString();
  if (!servers.has(address)) {
    const server = createServer(
      { cert: text("apiserver.crt"), key: text("apiserver.key") },
      virtualApi(),
    );
    server.listen(443, address);
    servers.set(address, server);
  }
  const written = await api.call("GET", `${base}/secrets/vc-${at.name}`);
  if (written.status !== 404) return;
  const admin = parse(text("admin.conf")) as {
    readonly users: readonly [{ readonly user: Readonly<Record<string, string>> }];
  };
  const { user } = admin.users[0];
  await api.call("POST", `${base}/secrets`, {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: `vc-${at.name}`,
      labels: { app: "vcluster", "vcluster-name": at.name },
    },
    data: {
      "certificate-authority": certs.data["ca.crt"],
      "client-certificate": user["client-certificate-data"],
      "client-key": user["client-key-data"],
      config: certs.data["admin.conf"],
    },
  });
}
