import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { VCLUSTER_INSTANCE, type VClusterInstance } from "@open-vcluster/crds";
import {
  createKubeClient,
  type KubeClient,
  type KubeObject,
  systemClock,
} from "@open-vcluster/runtime";
import { createRecordingLogger } from "@open-vcluster/runtime/testing/recording-logger";
import {
  connectToTestbed,
  createNamespace,
  type Environment,
} from "@open-vcluster/runtime/testing/testbed";
import { until } from "@open-vcluster/runtime/testing/until";
import { parse } from "yaml";
import type { Call, CallFacts } from "../call/call.ts";
import type { Principal } from "../identity/principal.ts";
import { createStores, type Stores } from "../read/objects.ts";
import { createOperations, type Operations } from "../write/operations.ts";
import { createWrites, type Writes } from "../write/writes.ts";

/** Our definitions on a real API server, with a namespace for tenants and one for the product. */
export interface Place {
  readonly client: KubeClient;
  readonly tenant: string;
  readonly product: string;
  close(): Promise<void>;
}

/** One facade's caches and writes. */
export interface Replica extends Stores {
  readonly operations: Operations;
  readonly writes: Writes;
  stop(): void;
}

const DEFINITIONS = {
  group: "apiextensions.k8s.io",
  version: "v1",
  plural: "customresourcedefinitions",
  kind: "CustomResourceDefinition",
  namespaced: false,
} as const;
const FILES = [
  "vclusterinstances.yaml",
  "vclusteroperations.yaml",
  "vclustersnapshotlocations.yaml",
  "vclustersnapshots.yaml",
  "vclusterrestores.yaml",
];
const SETTLE_MS = 20_000;

/** Opens a place; every test file has its own namespaces. */
export async function openPlace(environment: Environment): Promise<Place> {
  const client = createKubeClient(connectToTestbed(environment));
  for (const file of FILES) await install(client, file);
  return {
    client,
    tenant: await createNamespace(client),
    product: await createNamespace(client),
    close: () => client.close(),
  };
}

/** Starts the caches of one replica and waits until they are filled. */
export async function startReplica(
  place: Place,
  client: KubeClient = place.client,
): Promise<Replica> {
  const stop = new AbortController();
  const deps = { logger: createRecordingLogger(), clock: systemClock, random: Math.random };
  const stores = createStores(client, [], deps);
  const operations = createOperations(client, place.product, deps);
  const caches = [stores.instances, stores.snapshots, stores.restores, operations];
  for (const { informer } of caches) informer.start(stop.signal);
  await Promise.all(caches.map(({ informer }) => informer.synced));
  const writes = createWrites({
    client,
    stores,
    operations,
    namespace: place.product,
    acceptTimeoutMs: 60_000,
    clock: systemClock,
    random: () => randomBytes(16).toString("hex"),
  });
  return {
    ...stores,
    operations,
    writes,
    stop: () => {
      stop.abort(new Error("The test is over"));
    },
  };
}

/** Who calls in tests. */
function principalOf(name: string): Principal {
  return { name, groups: [], extra: {}, via: "token" };
}

/** A call whose facts can be read. */
export function callBy(name: string): Call & { readonly facts: CallFacts } {
  let facts: CallFacts = {};
  return {
    principal: principalOf(name),
    source: "127.0.0.1",
    baseUrl: "http://127.0.0.1",
    id: "call",
    traceparent: undefined,
    note: (more) => {
      facts = { ...facts, ...more };
    },
    get facts() {
      return facts;
    },
  };
}

/** All instances of the tenant, from the API server. */
export function tenantInstances(place: Place): Promise<readonly VClusterInstance[]> {
  return place.client.list<VClusterInstance>(VCLUSTER_INSTANCE, { namespace: place.tenant });
}

async function install(client: KubeClient, file: string): Promise<void> {
  const url = import.meta.resolve(`@open-vcluster/crds/${file}`);
  const definition = parse(readFileSync(new URL(url), "utf8")) as KubeObject;
  const { name } = definition.metadata;
  await client.apply(DEFINITIONS, definition, { fieldManager: "test", force: true });
  await until(async () => {
    const found = await client.get(DEFINITIONS, { name });
    // The API server fills in null before its first look.
    const status = found?.["status"] as
      | {
          readonly conditions?:
            | readonly { readonly type: string; readonly status: string }[]
            | null;
        }
      | undefined;
    return (status?.conditions ?? []).some(
      (condition) => condition.type === "Established" && condition.status === "True",
    );
  }, SETTLE_MS);
}
