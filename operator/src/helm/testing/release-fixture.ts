import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RENDER_LABEL } from "@open-vcluster/crds";
import { createKubeClient, type KubeClient, type ResourceType } from "@open-vcluster/runtime";
import {
  connectToTestbed,
  createNamespace,
  type Environment,
  testbedKubeconfig,
} from "@open-vcluster/runtime/testing/testbed";
import { helmEnvironment } from "../environment.ts";
import type { RenderRequest } from "../helm.ts";
import type { HelmDeps } from "../helm-process.ts";
import { createReleaseStore } from "../release-secrets.ts";
import type { ReleaseStore } from "../release-store.ts";
import type { ReleaseRevision } from "../releases.ts";

/** What varies between the releases of the tests. */
export interface RequestOptions {
  readonly replicas?: number;
  readonly version?: string;
  readonly digest?: string;
}

/** A release named `one` on the testbed's API server, in a namespace of its own for each test. */
export interface ReleaseFixture {
  readonly client: KubeClient;
  readonly store: ReleaseStore;
  readonly kubeconfig: string;
  readonly workDirectory: string;
  readonly namespace: string;
  newNamespace(): Promise<void>;
  deps(over?: Partial<HelmDeps>): HelmDeps;
  request(over?: RequestOptions): RenderRequest;
  revisions(): Promise<readonly ReleaseRevision[]>;
  replicasOf(type: ResourceType, name: string): Promise<number>;
  /** The digest of the values that an object was rendered from. */
  renderOf(type: ResourceType, name: string): Promise<string | undefined>;
  close(): Promise<void>;
}

/** @param environment - The test's own, in which the testbed says where it is. */
export async function createReleaseFixture(environment: Environment): Promise<ReleaseFixture> {
  const kubeconfig = testbedKubeconfig(environment);
  const charts = environment["TESTBED_CHARTS"] ?? "";
  const program = environment["TESTBED_HELM"] ?? "";
  const client = createKubeClient(connectToTestbed(environment));
  const store = createReleaseStore(client);
  const workDirectory = await mkdtemp(join(tmpdir(), "helm-test-"));
  let namespace = "";
  const request = (over: RequestOptions = {}): RenderRequest => requestFor(namespace, charts, over);
  return {
    client,
    store,
    kubeconfig,
    workDirectory,
    get namespace() {
      return namespace;
    },
    newNamespace: async () => {
      namespace = await createNamespace(client);
    },
    deps: (over = {}) => ({
      program,
      workDirectory,
      kubeconfig,
      environment: helmEnvironment(environment),
      deadlineMs: 60_000,
      graceMs: 1000,
      store,
      newAttempt: () => randomUUID(),
      ...over,
    }),
    request,
    revisions: () => {
      const { target, owner } = request();
      return store.list(target, owner, new AbortController().signal);
    },
    replicasOf: async (type, name) => {
      const object = await client.get(type, { namespace, name });
      return (object?.["spec"] as { readonly replicas: number }).replicas;
    },
    renderOf: async (type, name) => {
      const object = await client.get(type, { namespace, name });
      return object?.metadata.labels?.[RENDER_LABEL];
    },
    close: async () => {
      await client.close();
      await rm(workDirectory, { recursive: true, force: true });
    },
  };
}

/** With deployed etcd, so that nearly every template of the chart is used. */
function requestFor(namespace: string, charts: string, over: RequestOptions): RenderRequest {
  const { replicas = 1, version = "0.36.1", digest = "d1" } = over;
  return {
    target: { release: "one", namespace },
    chartPath: join(charts, `vcluster-${version}.tgz`),
    values: {
      controlPlane: {
        statefulSet: {
          image: { repository: "loft-sh/vcluster-oss" },
          highAvailability: { replicas },
        },
        backingStore: { etcd: { deploy: { enabled: true } } },
      },
      telemetry: { enabled: false },
    },
    owner: { instanceNamespace: "team", instanceName: "one", operatorId: "main" },
    facts: {
      valuesDigest: digest,
      renderer: "1",
      chartVersion: version,
      kubernetesVersion: "v1.36.0",
      mode: "running",
      etcdMembers: 1,
    },
    render: { tightenProbes: true },
  };
}
