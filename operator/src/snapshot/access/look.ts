import {
  escrowSecretName,
  etcdName,
  releaseName,
  type VClusterInstance,
} from "@open-vcluster/crds";
import type { KubeObject } from "@open-vcluster/runtime";
import { storeTypeOf } from "../../instance/desire.ts";
import { locate } from "../../instance/observe.ts";
import { readPki } from "../../pki/store.ts";
import { KINDS } from "../../world/kinds.ts";
import type { Workload } from "../../world/reads.ts";
import type { StoreEndpoint } from "../worker/task.ts";
import type { StoreDeps, StoreUse } from "./deps.ts";
import { lookAtSqlite } from "./sqlite.ts";
import type { StoreSeen } from "./store-seen.ts";

const ETCD_PORT = 2379;

/** Finds how the store of an instance can be reached now by who asks. */
export async function lookAtStore(
  use: StoreUse,
  deps: StoreDeps,
  signal: AbortSignal,
): Promise<StoreSeen> {
  const { instance } = use;
  switch (storeTypeOf(instance.spec)) {
    case "etcd":
      return lookAtEtcd(instance, deps, signal);
    case "sqlite":
      return lookAtSqlite(use, deps, signal);
    case "externalEtcd":
      return {
        kind: "unsupported",
        why: "The store of this instance is an etcd of somebody else",
        isOpened: false,
      };
  }
}

async function lookAtEtcd(
  instance: VClusterInstance,
  { client, caches, settings }: StoreDeps,
  signal: AbortSignal,
): Promise<StoreSeen> {
  const { instance: key, targetNamespace } = locate(instance);
  const name = etcdName(key.name);
  const members = caches.workloads
    .flatMap((informer) => informer.byIndex("namespace", targetNamespace))
    .find(({ app }) => app === "vcluster-etcd");
  if (members === undefined || !hasQuorum(members)) {
    const silentSince = await startOf(members, key.name, client, signal);
    const unready = waiting(`Etcd in ${targetNamespace} is not ready`);
    return silentSince === undefined ? unready : { ...unready, silentSince };
  }
  const escrow = { namespace: settings.operatorNamespace, name: escrowSecretName(key) };
  const [service, pki] = await Promise.all([
    client.get<KubeObject & { readonly spec?: { readonly clusterIP?: string } }>(
      KINDS.service,
      { namespace: targetNamespace, name },
      { signal },
    ),
    readPki(client, escrow, signal),
  ]);
  const endpoint = etcdEndpoint(service?.spec?.clusterIP ?? "", pki?.entries ?? {});
  if (endpoint === undefined) {
    return waiting(`Service ${name} or the certificates are not there yet`);
  }
  const serverName = `${name}.${targetNamespace}.svc`;
  return { kind: "ready", isOpened: false, endpoint: { ...endpoint, serverName } };
}

/** When the last of its members was made; undefined while one is missing or leaves, as before it was ever asked to run. */
async function startOf(
  members: Workload | undefined,
  name: string,
  client: StoreDeps["client"],
  signal: AbortSignal,
): Promise<string | undefined> {
  if (members === undefined || members.replicas === 0) return undefined;
  const { namespace } = members;
  const labelSelector = `app=vcluster-etcd,release=${releaseName(name)}`;
  const options = { namespace, labelSelector, metadataOnly: true, signal };
  const pods = await client.list(KINDS.pod, options);
  const isLeaving = pods.some(({ metadata }) => metadata.deletionTimestamp !== undefined);
  if (isLeaving || pods.length < members.replicas) return undefined;
  return pods.map(({ metadata }) => metadata.creationTimestamp ?? "").reduce(later, "");
}

function later(a: string, b: string): string {
  return a > b ? a : b;
}

function hasQuorum({ ready, replicas }: Workload): boolean {
  return replicas > 0 && ready * 2 > replicas;
}

function etcdEndpoint(
  clusterIP: string,
  entries: Readonly<Record<string, string>>,
): Pick<StoreEndpoint, "url" | "tls"> | undefined {
  const ca = entries["etcd-ca.crt"];
  const cert = entries["apiserver-etcd-client.crt"];
  const key = entries["apiserver-etcd-client.key"];
  const hasAddress = /[.:]/.test(clusterIP);
  if (!hasAddress || ca === undefined || cert === undefined || key === undefined) return undefined;
  const host = clusterIP.includes(":") ? `[${clusterIP}]` : clusterIP;
  return { url: `https://${host}:${String(ETCD_PORT)}`, tls: { ca, cert, key } };
}

function waiting(why: string): Extract<StoreSeen, { kind: "waiting" }> {
  return { kind: "waiting", why, isOpened: false };
}
