import { createServer, type Server } from "node:https";
import { parse } from "yaml";
import { type Api, type Mark, openApi } from "./api.ts";
import { signServing } from "./serving-certificate.ts";
import { createTenant, type Tenant } from "./virtual-api-double.ts";

/**
 * Plays kubelet and syncer where no node is: pods of control planes become ready, `vc-NAME` is written, and each Service
 * address answers as a virtual API would. Everything else is real: the API server, its controllers, Helm, the operator.
 */
export interface ControlPlaneDouble {
  /** What runs inside the virtual cluster of an instance. */
  tenant(name: string): Tenant;
  close(): Promise<void>;
}

/** What a double looks after. */
export interface DoubleOptions {
  /** Cluster whose Service addresses belong to this machine: see {@link startHollowCluster}. */
  readonly kubeconfig: string;
  /** Only namespaces of this operator. */
  readonly operatorId: string;
}

interface Pod {
  readonly metadata: Mark["metadata"];
  readonly spec: { readonly containers: readonly { readonly name: string }[] };
}

interface Secret {
  readonly data?: Readonly<Record<string, string>>;
}

interface Place {
  readonly namespace: string;
  readonly name: string;
}

interface World {
  readonly api: Api;
  readonly operatorId: string;
  /** Servers by the uid of their Service. */
  readonly servers: Map<string, Server>;
  readonly tenantOf: (name: string) => Tenant;
}

/** Between two looks. */
const ROUND_MS = 150;

/** A pod with this label never becomes ready, as with an image that does not exist. */
const BROKEN_LABEL = "broken";

const PENDING_PODS = `/api/v1/pods?${query({
  labelSelector: "app in (vcluster,vcluster-etcd)",
  fieldSelector: "status.phase!=Running",
})}`;
const SYNCER_SECRETS = `/api/v1/secrets?${query({ labelSelector: "app=vcluster" })}`;

/** Starts a double. Needs to be root, for port 443. */
export function startControlPlaneDouble(options: DoubleOptions): ControlPlaneDouble {
  const tenants = new Map<string, Tenant>();
  const tenantOf = (name: string): Tenant => {
    const tenant = tenants.get(name) ?? createTenant();
    tenants.set(name, tenant);
    return tenant;
  };
  const api = openApi(options.kubeconfig);
  const { operatorId } = options;
  const world: World = { api, operatorId, servers: new Map(), tenantOf };
  const closing = new AbortController();
  const rounds = (async () => {
    while (!closing.signal.aborted) {
      await Promise.all([playKubelet(world), playSyncers(world)]).catch((error: unknown) => {
        if (!closing.signal.aborted) process.stderr.write(`double: ${String(error)}\n`);
      });
      await new Promise((resolve) => setTimeout(resolve, ROUND_MS));
    }
  })();
  return {
    tenant: tenantOf,
    close: async () => {
      closing.abort();
      await rounds;
      for (const server of world.servers.values()) server.close();
      for (const server of world.servers.values()) server.closeAllConnections();
      api.close();
    },
  };
}

async function playKubelet({ api }: World): Promise<void> {
  const pods = await api.list<Pod>(PENDING_PODS);
  const healthy = pods.filter(({ metadata }) => metadata.labels?.[BROKEN_LABEL] !== "true");
  await Promise.all(healthy.map((pod) => startPod(api, pod)));
}

async function startPod(api: Api, { metadata, spec }: Pod): Promise<void> {
  const now = new Date().toISOString();
  const condition = (type: string): object => ({ type, status: "True", lastTransitionTime: now });
  const { status, body } = await api.call(
    "PATCH",
    `/api/v1/namespaces/${metadata.namespace ?? ""}/pods/${metadata.name}/status`,
    {
      status: {
        phase: "Running",
        startTime: now,
        conditions: ["Initialized", "Ready", "ContainersReady", "PodScheduled"].map(condition),
        containerStatuses: spec.containers.map(({ name }) => ({
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
  if (status !== 200 && status !== 404) {
    throw new Error(`Pod ${metadata.name} cannot be started: ${JSON.stringify(body)}`);
  }
}

async function playSyncers(world: World): Promise<void> {
  const { api, operatorId } = world;
  const ours = query({ labelSelector: `openvcluster.io/operator-id=${operatorId}` });
  const [namespaces, services, secrets] = await Promise.all([
    api.marks(`/api/v1/namespaces?${ours}`),
    api.marks(`/api/v1/services?${ours}`),
    api.marks(SYNCER_SECRETS),
  ]);
  const serviceUids = new Map(services.map((mark) => [pathOf(mark), mark.metadata.uid]));
  const written = new Set(secrets.map(pathOf));
  await Promise.all(
    namespaces.map(async ({ metadata }) => {
      const namespace = metadata.name;
      const name = metadata.labels?.["openvcluster.io/instance-name"] ?? "";
      const uid = serviceUids.get(`${namespace}/${name}`);
      if (uid === undefined || !written.has(`${namespace}/${name}-certs`)) return;
      if (!world.servers.has(uid)) await serve(world, { namespace, name }, uid);
      if (!written.has(`${namespace}/vc-${name}`)) await writeKubeconfig(api, { namespace, name });
    }),
  );
}

/** Answers at the address of the Service. */
async function serve(world: World, at: Place, uid: string): Promise<void> {
  const { api, servers, tenantOf } = world;
  const service = await api.call("GET", `/api/v1/namespaces/${at.namespace}/services/${at.name}`);
  const { spec } = service.body as { readonly spec?: { readonly clusterIP?: string } };
  const certs = await certsOf(api, at);
  if (spec?.clusterIP === undefined || certs === undefined) return;
  const authority = { cert: certs("ca.crt"), key: certs("ca.key") };
  const serving = await signServing(authority, {
    host: `${at.name}.${at.namespace}`,
    address: spec.clusterIP,
  });
  const server = createServer(serving, (request, response) => {
    tenantOf(at.name).answer(request, response);
  });
  servers.set(uid, server);
  server.on("error", (error) => process.stderr.write(`double: ${String(error)}\n`));
  server.listen(443, spec.clusterIP);
}

async function writeKubeconfig(api: Api, at: Place): Promise<void> {
  const certs = await certsOf(api, at);
  if (certs === undefined) return;
  const admin = parse(certs("admin.conf")) as {
    readonly users: readonly [{ readonly user: Readonly<Record<string, string>> }];
  };
  const { user } = admin.users[0];
  await api.call("POST", `/api/v1/namespaces/${at.namespace}/secrets`, {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: `vc-${at.name}`, labels: { app: "vcluster", "vcluster-name": at.name } },
    data: {
      "certificate-authority": encoded(certs("ca.crt")),
      "client-certificate": user["client-certificate-data"],
      "client-key": user["client-key-data"],
      config: encoded(certs("admin.conf")),
    },
  });
}

async function certsOf(api: Api, at: Place): Promise<((key: string) => string) | undefined> {
  const path = `/api/v1/namespaces/${at.namespace}/secrets/${at.name}-certs`;
  const { data } = (await api.call("GET", path)).body as Secret;
  if (data === undefined) return undefined;
  return (key) => Buffer.from(data[key] ?? "", "base64").toString("utf8");
}

function encoded(text: string): string {
  return Buffer.from(text).toString("base64");
}

function pathOf({ metadata }: Mark): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}

function query(parameters: Readonly<Record<string, string>>): string {
  return new URLSearchParams(parameters).toString();
}
