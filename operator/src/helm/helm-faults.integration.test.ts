import { execFileSync, spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { KINDS } from "../world/kinds.ts";
import { upgradeArgs } from "./args.ts";
import { runEnvironment } from "./environment.ts";
import type { RenderRequest } from "./helm.ts";
import { createHelm } from "./helm-process.ts";
import { isPending, releaseState } from "./releases.ts";
import { withRunDirectory, writeValues } from "./run-directory.ts";
import { createPausableProxy, type PausableProxy } from "./testing/pausable-proxy.ts";
import { createReleaseFixture, type ReleaseFixture } from "./testing/release-fixture.ts";

jest.setTimeout(120_000);

const signal = new AbortController().signal;
const DEADLINE_MS = 60_000;
/** Makes Helm slow enough to be met at work: some thirty requests follow on its pending revision. */
const LATENCY_MS = 10;

let fixture: ReleaseFixture;
let slow: PausableProxy;

beforeAll(async () => {
  fixture = await createReleaseFixture(process.env);
  slow = await createPausableProxy(fixture.kubeconfig, fixture.workDirectory, LATENCY_MS);
});

afterAll(async () => {
  await slow.close();
  await fixture.close();
});

beforeEach(() => fixture.newNamespace());

/** Polls until Helm has written a pending revision, at the latest until its run is over. */
async function untilPending(run: Promise<unknown>): Promise<void> {
  const seen = { isOver: false as boolean };
  const over = (): void => {
    seen.isOver = true;
  };
  run.then(over, over);
  while (!seen.isOver && !(await fixture.revisions()).some(isPending)) await delay(2);
}

/** Kills what has this test's namespace in its command line: Helm, as the kernel would when memory is short. */
function killHelm(): void {
  const rows = execFileSync("ps", ["-A", "-o", "pid=,args="], { encoding: "utf8" }).split("\n");
  const found = rows.filter((row) => row.includes(` ${fixture.namespace} `));
  for (const row of found) process.kill(Number.parseInt(row, 10), "SIGKILL");
}

/** A Helm whose operator is dead: nobody cleans up behind it. */
async function orphanKilledAfter(request: RenderRequest, pendingForMs: number): Promise<void> {
  const deps = fixture.deps({ kubeconfig: slow.kubeconfig });
  await withRunDirectory(deps.workDirectory, async (directory) => {
    const values = await writeValues(directory, request.values);
    const post = new URL("./post-render-main.ts", import.meta.url).pathname;
    const files = { values, postRenderer: [process.execPath, post] } as const;
    const orphan = spawn(deps.program, upgradeArgs(request, files, "orphan"), {
      env: runEnvironment(deps, directory),
      stdio: "ignore",
    });
    const gone = new Promise((resolve) => orphan.once("exit", resolve));
    await untilPending(gone);
    await delay(pendingForMs);
    orphan.kill("SIGKILL");
    await gone;
  });
}

async function stateAt(nowMs: number): Promise<ReturnType<typeof releaseState>> {
  return releaseState(await fixture.revisions(), nowMs, DEADLINE_MS);
}

/** What the operator does about a release that it finds pending. */
async function repair(): Promise<void> {
  const state = await stateAt(Date.now() + DEADLINE_MS + 1000);
  if (state.kind !== "pendingDead") return;
  await fixture.store.deletePending(fixture.request().target, state.current, signal);
}

describe("Helm that is killed", () => {
  it.each([0, 60, 150, 300])(
    "mid-install, %d ms after its revision appeared, is repaired into a whole release",
    async (pendingForMs) => {
      await orphanKilledAfter(fixture.request(), pendingForMs);
      expect(["pendingAlive", "deployed"]).toContain((await stateAt(Date.now())).kind);
      await repair();
      await createHelm(fixture.deps()).upgradeInstall(fixture.request(), signal);
      expect(await stateAt(Date.now())).toMatchObject({ kind: "deployed" });
      const services = await fixture.client.list(KINDS.service, { namespace: fixture.namespace });
      expect(services).toHaveLength(3);
    },
  );

  it.each([0, 60, 150, 300])(
    "mid-upgrade, %d ms after its revision appeared, is repaired into today's values",
    async (pendingForMs) => {
      const helm = createHelm(fixture.deps());
      await helm.upgradeInstall(fixture.request(), signal);
      await orphanKilledAfter(fixture.request({ digest: "d2", replicas: 3 }), pendingForMs);
      await repair();
      await helm.upgradeInstall(fixture.request({ digest: "d3", replicas: 5 }), signal);
      expect(await stateAt(Date.now())).toMatchObject({
        kind: "deployed",
        current: { valuesDigest: "d3" },
      });
      expect(await fixture.replicasOf(KINDS.deployment, "one")).toBe(5);
    },
  );

  it("by somebody else, while its operator lives, leaves nothing pending", async () => {
    const helm = createHelm(fixture.deps({ kubeconfig: slow.kubeconfig }));
    const run = expect(helm.upgradeInstall(fixture.request(), signal)).rejects.toMatchObject({
      kind: "unavailable",
      reason: "HelmInterrupted",
    });
    await untilPending(run);
    killHelm();
    await run;
    expect((await fixture.revisions()).filter(isPending)).toEqual([]);
    await helm.upgradeInstall(fixture.request(), signal);
    expect(await stateAt(Date.now())).toMatchObject({ kind: "deployed" });
  });

  it("by its caller leaves nothing pending", async () => {
    const caller = new AbortController();
    const helm = createHelm(fixture.deps({ kubeconfig: slow.kubeconfig }));
    const run = expect(helm.upgradeInstall(fixture.request(), caller.signal)).rejects.toMatchObject(
      {
        reason: "HelmInterrupted",
      },
    );
    await untilPending(run);
    caller.abort(new Error("shutting down"));
    await run;
    expect((await fixture.revisions()).filter(isPending)).toEqual([]);
  });
});

describe("An API server that hangs", () => {
  it("mid-upgrade is left at the deadline, and nothing stays pending", async () => {
    await createHelm(fixture.deps()).upgradeInstall(fixture.request(), signal);
    const proxy = await createPausableProxy(fixture.kubeconfig, fixture.workDirectory, LATENCY_MS);
    try {
      const { kubeconfig } = proxy;
      const hung = createHelm(fixture.deps({ kubeconfig, deadlineMs: 15_000, graceMs: 300 }));
      const next = fixture.request({ digest: "d2", replicas: 3 });
      const run = expect(hung.upgradeInstall(next, signal)).rejects.toMatchObject({
        kind: "timeout",
        reason: "HelmDeadline",
      });
      await untilPending(run);
      proxy.pause();
      await run;
      expect(await stateAt(Date.now())).toMatchObject({
        kind: "deployed",
        current: { revision: 1 },
      });
      proxy.resume();
      await hung.upgradeInstall(next, signal);
      expect(await fixture.replicasOf(KINDS.deployment, "one")).toBe(3);
    } finally {
      await proxy.close();
    }
  });

  it("mid-rollback is left at the deadline, and nothing stays pending", async () => {
    const helm = createHelm(fixture.deps());
    await helm.upgradeInstall(fixture.request(), signal);
    await helm.upgradeInstall(fixture.request({ digest: "d2", replicas: 3 }), signal);
    const proxy = await createPausableProxy(fixture.kubeconfig, fixture.workDirectory, LATENCY_MS);
    try {
      const { kubeconfig } = proxy;
      const hung = createHelm(fixture.deps({ kubeconfig, deadlineMs: 15_000, graceMs: 300 }));
      const run = expect(hung.rollback(fixture.request().target, 1, signal)).rejects.toMatchObject({
        reason: "HelmDeadline",
      });
      await untilPending(run);
      proxy.pause();
      await run;
      expect((await fixture.revisions()).filter(isPending)).toEqual([]);
    } finally {
      await proxy.close();
    }
  });

  it("is reported when there is none", async () => {
    const proxy = await createPausableProxy(fixture.kubeconfig, fixture.workDirectory, LATENCY_MS);
    await proxy.close();
    const helm = createHelm(fixture.deps({ kubeconfig: proxy.kubeconfig }));
    await expect(helm.upgradeInstall(fixture.request(), signal)).rejects.toMatchObject({
      kind: "unavailable",
      reason: "HelmUnavailable",
    });
  });
});

describe("A pending revision", () => {
  it("is not removed once Helm has written it again", async () => {
    await orphanKilledAfter(fixture.request(), 0);
    const [seen] = await fixture.revisions();
    if (seen === undefined) throw new Error("Helm wrote no revision");
    expect(isPending(seen)).toBe(true);
    await fixture.store.markHealthy(fixture.request().target, seen, signal);
    await fixture.store.deletePending(fixture.request().target, seen, signal);
    expect(await fixture.revisions()).toHaveLength(1);
  });

  it("is the only kind that may be removed", async () => {
    await createHelm(fixture.deps()).upgradeInstall(fixture.request(), signal);
    const deployed = (await fixture.revisions())[0]!;
    await expect(
      fixture.store.deletePending(fixture.request().target, deployed, signal),
    ).rejects.toMatchObject({ kind: "precondition" });
  });
});
