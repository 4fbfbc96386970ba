import type { VClusterInstance } from "@open-vcluster/crds";
import { forEachAtOnce, instancePath } from "../src/harness/fleet.ts";
import { waitFor } from "../src/harness/wait.ts";
import type { FleetPlace } from "./fleet-place.ts";
import type { Result } from "./result.ts";

/** B2: how soon many instances that match their releases have a status. */
export async function measureFirstStatus(
  place: FleetPlace,
  instances: readonly VClusterInstance[],
  rounds: number,
): Promise<Result> {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const operator = await place.lead();
    const beganMs = performance.now();
    await place.create(instances);
    const written = await untilAllTold(place);
    ours.push((performance.now() - beganMs) / 1_000);
    await operator.stop();
    await place.forget();
    theirs.push(await writtenByHand(place, instances, written));
    await place.forget();
  }
  return {
    id: "B2",
    what: `${String(instances.length)} instances to first status`,
    peer: "create and status patch of the same objects, 16 at once",
    unit: "s",
    ours,
    theirs,
    goal: 2.5,
  };
}

/** The statuses are looked at through a list that gets shorter to read: only how many lack one. */
async function untilAllTold(place: FleetPlace): Promise<readonly VClusterInstance[]> {
  return waitFor(
    "all instances have a status",
    async () => {
      const all = await place.list();
      return all.every(({ status }) => status?.conditions !== undefined) ? all : undefined;
    },
    { timeoutMs: 600_000, intervalMs: 200 },
  );
}

async function writtenByHand(
  place: FleetPlace,
  instances: readonly VClusterInstance[],
  written: readonly VClusterInstance[],
): Promise<number> {
  const { api, product } = place.stage;
  const statuses = new Map(written.map(({ metadata, status }) => [metadata.name, status]));
  const beganMs = performance.now();
  await forEachAtOnce(instances, async (instance) => {
    const { name } = instance.metadata;
    await api.call("POST", instancePath(product.namespace), instance);
    await api.call(
      "PATCH",
      `${instancePath(product.namespace, name)}/status`,
      { status: statuses.get(name) },
      "application/merge-patch+json",
    );
  });
  return (performance.now() - beganMs) / 1_000;
}
