import { randomBytes } from "node:crypto";
import type { KubeClient } from "../kube/client.ts";
import { connectWithKubeconfig, type KubeConnection } from "../kube/connection.ts";
import type { KubeObject, ResourceType } from "../kube/object.ts";
import { until } from "./until.ts";

/** The controller-manager of a busy machine may be late. */
const ACCOUNT_TIMEOUT_MS = 30_000;

/** Environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where the control plane of this test run is. */
export function testbedKubeconfig(env: Environment): string {
  const file = env["TESTBED_KUBECONFIG"];
  if (file === undefined)
    throw new Error("TESTBED_KUBECONFIG is not set; run the project integration");
  return file;
}

/** A connection of its own to the control plane. */
export function connectToTestbed(env: Environment): KubeConnection {
  return connectWithKubeconfig(testbedKubeconfig(env));
}

/** core/v1 ConfigMap. */
export const configMaps: ResourceType = {
  group: "",
  version: "v1",
  plural: "configmaps",
  kind: "ConfigMap",
  namespaced: true,
};

/** core/v1 Namespace. */
export const namespaces: ResourceType = {
  group: "",
  version: "v1",
  plural: "namespaces",
  kind: "Namespace",
  namespaced: false,
};

/** Creates a namespace that no other test uses; returns its name. */
export async function createNamespace(client: KubeClient): Promise<string> {
  const name = `test-${randomBytes(5).toString("hex")}`;
  await client.create<KubeObject>(namespaces, { metadata: { name } });
  return name;
}

/** Waits until Pods can be created in a namespace: they need its ServiceAccount, which the controller-manager makes. */
export async function untilPodsAreAccepted(client: KubeClient, namespace: string): Promise<void> {
  const account = `/api/v1/namespaces/${namespace}/serviceaccounts/default`;
  await until(async () => {
    const { status } = await client.request("GET", account, { okStatuses: [404] });
    return status !== 404;
  }, ACCOUNT_TIMEOUT_MS);
}
