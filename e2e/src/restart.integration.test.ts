import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { VClusterInstance } from "@open-vcluster/crds";
import { soundRelease } from "./crash/verdict.ts";
import { prepareAudit } from "./harness/audit.ts";
import { createInstances, instancePath, prepareFleet } from "./harness/fleet.ts";
import { conditionOf } from "./harness/instance.ts";
import { passesOf } from "./harness/operator-metrics.ts";
import type { OperatorProcess } from "./harness/operator-process.ts";
import { openStage, type Stage } from "./harness/stage.ts";
import { waitFor } from "./harness/wait.ts";

/** Instances whose releases exist. */
const COUNT = 200;
/** One more is real from the first Helm run on, so that it can be changed. */
const REAL = "real";
const WRITERS = ["open-vcluster-operator", "Helm"];
/** Long enough for everything that a restart might set off. */
const QUIET_MS = 8_000;

describe("an operator that starts over running instances", () => {
  const audit = prepareAudit();
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage("restart", { apiServerArgs: audit.apiServerArgs });
    const instances = await prepareFleet(stage.product, COUNT);
    await createInstances(stage.api, instances);
    await stage.apply(REAL, {});
    await waitFor("the pods of the fleet run", async () => (await podUids(stage)).length >= PODS, {
      timeoutMs: 300_000,
      intervalMs: 1_000,
    });
    const operator = stage.product.start();
    await stage.reaches(REAL, "Ready=True");
    await waitFor("all instances are ready", () => areReady(stage), {
      timeoutMs: 300_000,
      intervalMs: 1_000,
    });
    await operator.stop();
  }, 900_000);

  afterAll(async () => {
    await stage.close();
    audit.remove();
  }, 120_000);

  const startOver = async (entry: string): Promise<readonly string[]> => {
    const sinceMs = Date.now();
    const operator = stage.product.start({ entry });
    await lookedAtAll(operator);
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    await operator.stop();
    expect(operator.effects()).toEqual([]);
    return audit.writes(WRITERS, sinceMs);
  };

  it("runs no Helm, writes nothing but its lease, and restarts no pod", async () => {
    const before = await podUids(stage);
    const writes = await startOver("operator/src/main.ts");
    expect(writes.filter((write) => !write.includes(" leases "))).toEqual([]);
    expect(writes).not.toEqual([]);
    expect(await podUids(stage)).toEqual(before);
  }, 300_000);

  it("restarts none either when it renders values in a newer way", async () => {
    const before = await podUids(stage);
    const writes = await startOver("operator/src/testing/newer-renderer-main.ts");
    expect(writes.filter((write) => !write.includes(" leases "))).toEqual([]);
    expect(await podUids(stage)).toEqual(before);
  }, 300_000);

  it("takes the newer way for an instance whose spec changes", async () => {
    const operator = stage.product.start({
      entry: "operator/src/testing/newer-renderer-main.ts",
    });
    await stage.apply(REAL, { values: { controlPlane: { statefulSet: { labels: { a: "b" } } } } });
    const changed = await stage.reaches(REAL, "Ready=True");
    expect(changed.status?.release?.renderer).toBe("2");
    expect(await soundRelease(stage, REAL)).toBe(2);
    expect(operator.effects().filter((effect) => effect === "applyRelease")).toHaveLength(1);
    await operator.stop();
  }, 300_000);
});

/** A third of the fleet is on sqlite, a third has an etcd beside it, a third is suspended. */
const PODS = Math.ceil(COUNT / 3) + 2 * Math.ceil((COUNT - 1) / 3);

async function podUids(stage: Stage): Promise<readonly string[]> {
  const pods = await stage.api.marks("/api/v1/pods?fieldSelector=status.phase%3DRunning");
  return pods.map(({ metadata }) => metadata.uid).sort();
}

async function areReady(stage: Stage): Promise<boolean> {
  const all = await stage.api.list<VClusterInstance>(instancePath(stage.product.namespace));
  return all.every((instance) => conditionOf(instance, "Ready").startsWith("Ready=True"));
}

/** Waits until every instance was looked at once. */
async function lookedAtAll(operator: OperatorProcess): Promise<void> {
  await waitFor("all instances were looked at", async () => (await passesOf(operator)) > COUNT, {
    timeoutMs: 120_000,
    describe: () => Promise.resolve(operator.log().slice(-2_000)),
  });
}
