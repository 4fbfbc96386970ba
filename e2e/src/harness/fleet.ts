import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { VClusterInstance } from "@open-vcluster/crds";
import type { Api } from "./api.ts";
import type { Product } from "./product.ts";

/** Requests that are under way at once when many objects are written. */
const CONCURRENCY = 16;

/**
 * Writes everything that the operator and Helm would have made for so many instances, as a process of the operator's
 * testing tools: releases match what the instances ask for.
 *
 * @returns the instances, not created yet
 */
export async function prepareFleet(
  product: Product,
  count: number,
): Promise<readonly VClusterInstance[]> {
  const directory = mkdtempSync(join(tmpdir(), "open-vcluster-fleet-"));
  const file = join(directory, "instances.json");
  const writer = product.start({
    entry: "operator/src/testing/fleet-main.ts",
    env: { FLEET_COUNT: String(count), FLEET_NAMESPACE: product.namespace, FLEET_FILE: file },
  });
  await writer.ended;
  try {
    return JSON.parse(readFileSync(file, "utf8")) as readonly VClusterInstance[];
  } catch (error) {
    throw new Error(`The fleet was not written:\n${writer.log()}`, { cause: error });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Path of an instance, or of all of its namespace. */
export function instancePath(namespace: string, name = ""): string {
  const base = `/apis/openvcluster.io/v1alpha1/namespaces/${namespace}/vclusterinstances`;
  return name === "" ? base : `${base}/${name}`;
}

/** Does something with each item, {@link CONCURRENCY} at a time. */
export async function forEachAtOnce<T>(
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const waiting = [...items];
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
    }),
  );
}

/** Creates the instances. */
export function createInstances(api: Api, instances: readonly VClusterInstance[]): Promise<void> {
  return forEachAtOnce(instances, async (instance) => {
    const path = instancePath(instance.metadata.namespace ?? "");
    const { status, body } = await api.call("POST", path, instance);
    if (status !== 201) throw new Error(`${String(status)}: ${JSON.stringify(body)}`);
  });
}

/** Removes the instances of a namespace at once, also where no operator runs that would let them go. */
export async function forgetInstances(api: Api, namespace: string): Promise<void> {
  await forEachAtOnce(await api.marks(instancePath(namespace)), async ({ metadata }) => {
    const path = instancePath(namespace, metadata.name);
    const patch = { metadata: { finalizers: null } };
    await api.call("PATCH", path, patch, "application/merge-patch+json");
    await api.call("DELETE", path);
  });
}
