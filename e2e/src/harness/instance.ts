import type { VClusterInstance } from "@open-vcluster/crds";
import type { Kubectl } from "./kubectl.ts";
import { waitFor } from "./wait.ts";

/** Builds an instance to apply. */
export function instanceOf(
  namespace: string,
  name: string,
  spec: VClusterInstance["spec"] = {},
): VClusterInstance {
  return {
    apiVersion: "openvcluster.io/v1alpha1",
    kind: "VClusterInstance",
    metadata: { namespace, name },
    spec,
  };
}

/** Reads an instance. */
export function readInstance(
  kubectl: Kubectl,
  namespace: string,
  name: string,
): Promise<VClusterInstance | undefined> {
  return kubectl.get<VClusterInstance>("vclusterinstances", "-n", namespace, name);
}

/** `Type=Status Reason` of a condition; empty when it is absent. */
export function conditionOf(instance: VClusterInstance | undefined, type: string): string {
  const found = instance?.status?.conditions?.find((condition) => condition.type === type);
  return found === undefined ? "" : `${found.type}=${found.status} ${found.reason}`;
}

/** Waits until a condition reads as wanted, for the newest generation. */
export function waitForCondition(
  kubectl: Kubectl,
  at: { readonly namespace: string; readonly name: string },
  wanted: string,
  timeoutMs = 240_000,
): Promise<VClusterInstance> {
  const [type = ""] = wanted.split("=");
  return waitFor(
    `${at.namespace}/${at.name} has ${wanted}`,
    async () => {
      const instance = await readInstance(kubectl, at.namespace, at.name);
      const found = instance?.status?.conditions?.find((condition) => condition.type === type);
      const isCurrent = found?.observedGeneration === instance?.metadata.generation;
      return conditionOf(instance, type).startsWith(wanted) && isCurrent ? instance : undefined;
    },
    {
      timeoutMs,
      describe: async () =>
        JSON.stringify((await readInstance(kubectl, at.namespace, at.name))?.status, null, 2),
    },
  );
}

/** Waits until an instance is gone. */
export async function waitForGone(
  kubectl: Kubectl,
  at: { readonly namespace: string; readonly name: string },
  timeoutMs = 240_000,
): Promise<void> {
  await waitFor(
    `${at.namespace}/${at.name} is gone`,
    async () => (await readInstance(kubectl, at.namespace, at.name)) === undefined,
    {
      timeoutMs,
      describe: async () =>
        JSON.stringify((await readInstance(kubectl, at.namespace, at.name))?.status, null, 2),
    },
  );
}
