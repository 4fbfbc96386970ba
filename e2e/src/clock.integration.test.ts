import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { soundRelease } from "./crash/verdict.ts";
import { applyRoles, createAccount } from "./harness/account.ts";
import { openCaller } from "./harness/caller.ts";
import { createJumpingClock, type JumpingClock } from "./harness/jumping-clock.ts";
import { type Operations, operationsOf } from "./harness/operations.ts";
import { isLeading } from "./harness/operator-metrics.ts";
import type { OperatorProcess } from "./harness/operator-process.ts";
import { openStage, type Stage } from "./harness/stage.ts";
import { waitFor } from "./harness/wait.ts";

const HOUR_SECONDS = 3_600;
const HOUR_MS = HOUR_SECONDS * 1_000;
const DAY_SECONDS = 24 * HOUR_SECONDS;
const ACCEPT_TIMEOUT_MS = 8_000;
const ENVIRONMENT = { OPERATION_ACCEPT_TIMEOUT: "8s" };
const LOOK_MS = 20;
/** Jumps of an hour, forward and back, and what they leave the clock at. */
const SETTINGS = [HOUR_SECONDS, 0, -HOUR_SECONDS, 0];

describe("a machine whose clock jumps", () => {
  let stage: Stage;
  let operations: Operations;
  let clock: JumpingClock;
  let jumping: OperatorProcess;

  beforeAll(async () => {
    clock = await createJumpingClock();
    stage = await openStage("clock");
    operations = operationsOf(stage);
    jumping = stage.product.start({ env: { ...ENVIRONMENT, ...clock.env } });
    await jumping.leading();
  }, 240_000);

  afterAll(async () => {
    await stage.close();
    clock.remove();
  }, 120_000);

  it("runs one leader at most, and always one soon", async () => {
    const steady = stage.product.start({ env: ENVIRONMENT });
    await steady.says("Serving health and metrics");
    const seen = { both: 0, looks: 0, leaders: "" };
    const end = new AbortController();
    const look = async (): Promise<void> => {
      while (!end.signal.aborted) {
        const [first, second] = await Promise.all([isLeading(jumping), isLeading(steady)]);
        seen.looks += 1;
        if (first && second) seen.both += 1;
        const leader = first ? "jumping" : second ? "steady" : "nobody";
        if (!seen.leaders.endsWith(leader)) seen.leaders += ` ${leader}`;
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      }
    };
    const looking = look();
    for (const [at, ahead] of SETTINGS.entries()) {
      clock.set(ahead);
      // What lost the lead needs a moment to notice.
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      await waitFor("somebody leads", async () => (await isLeading(jumping)) || isLeading(steady));
      if (ahead >= 0) {
        const name = `instance-${String(at)}`;
        await stage.apply(name, {});
        await stage.reaches(name, "Ready=True");
        expect(await soundRelease(stage, name)).toBe(1);
      }
    }
    end.abort();
    await looking;
    process.stderr.write(`${String(seen.looks)} looks; leaders:${seen.leaders}\n`);
    expect(seen.both).toBe(0);
    // Each jump forward makes it doubt its lease; none back does.
    expect(jumping.log().match(/Leadership was lost/g)).toHaveLength(2);
    await steady.stop();
    await waitFor("the other one leads", () => isLeading(jumping));
  }, 180_000);

  it("closes, ends and removes operations when it is time, and not when its clock says so", async () => {
    const made = await operations.accept({ method: "CreateVCluster", target: "made-up" });
    const finishedAt = new Date().toISOString();
    const expiresAt = new Date(Date.now() + HOUR_MS / 2).toISOString();
    await operations.end(made, { state: "Succeeded", finishedAt, expiresAt });
    const creation = await operations.write({ method: "CreateVCluster", target: "created" }, {});
    await operations.started(creation);
    const sinceMs = Date.now();
    const nobody = await operations.accept({ method: "CreateVCluster", target: "nobody" });
    clock.set(HOUR_SECONDS);
    expect(await operations.ended(creation)).toMatchObject({ state: "Succeeded" });
    expect(await operations.ended(nobody)).toMatchObject({ state: "Aborted" });
    // The creation time has whole seconds.
    expect(Date.now() - sinceMs).toBeGreaterThan(ACCEPT_TIMEOUT_MS - 1_000);
    expect(await operations.read(made)).toBeDefined();
    const { finishedAt: closedAt = "" } = await operations.ended(nobody);
    expect(Math.abs(Date.parse(closedAt) - Date.now())).toBeLessThan(HOUR_MS / 2);
  }, 120_000);

  it("waits for nothing an hour longer after its clock went back", async () => {
    clock.set(-HOUR_SECONDS);
    const due = await operations.accept({ method: "CreateVCluster", target: "due" });
    const nobody = await operations.accept({ method: "CreateVCluster", target: "nobody" });
    const finishedAt = new Date().toISOString();
    const expiresAt = new Date(Date.now() + 5_000).toISOString();
    await operations.end(due, { state: "Succeeded", finishedAt, expiresAt });
    expect(await operations.ended(nobody)).toMatchObject({ state: "Aborted" });
    const isGone = async (): Promise<boolean> => (await operations.read(due)) === undefined;
    await waitFor("what is due is removed", isGone, { timeoutMs: 30_000 });
    expect(Date.now()).toBeGreaterThan(Date.parse(expiresAt));
    clock.set(0);
  }, 90_000);

  it("takes page tokens for as long as they are good", async () => {
    const { product } = stage;
    await applyRoles(product);
    const at = { namespace: product.namespace, name: "tenant" };
    const { token } = await createAccount(product, at, ["vcluster-viewer"]);
    const facade = product.startFacade({ env: clock.env });
    const caller = openCaller(await facade.serving(), token);
    const page = (pageToken: string) =>
      caller.vclusters.listVClusters({ namespace: product.namespace, pageSize: 1, pageToken });
    const { nextPageToken } = await page("");
    for (const ahead of [4 * DAY_SECONDS, -HOUR_SECONDS]) {
      clock.set(ahead);
      expect((await page(nextPageToken)).vclusters).toHaveLength(1);
    }
    clock.set(0);
    caller.close();
    await facade.stop();
  }, 90_000);
});
