import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  jest,
} from "@jest/globals";
import type { KubeClient } from "../kube/client.ts";
import { createKubeClient } from "../kube/http-client.ts";
import { connectToTestbed, createNamespace, testbedKubeconfig } from "../testing/testbed.ts";
import { until } from "../testing/until.ts";
import { type Lease, leaseType } from "./lease-record.ts";

const program = fileURLToPath(new URL("../testing/lease-candidate.ts", import.meta.url));
const leaseMs = 3_000;
const waitMs = 60_000;

jest.setTimeout(240_000);

interface Line {
  readonly atMs: number;
  readonly identity: string;
  readonly what: string;
  readonly term: number;
}

let client: KubeClient;
let namespace: string;
let directory: string;
let log: string;
let candidates: Map<string, ChildProcess>;

beforeAll(() => {
  client = createKubeClient(connectToTestbed(process.env));
});

afterAll(async () => {
  await client.close();
});

beforeEach(async () => {
  namespace = await createNamespace(client);
  directory = mkdtempSync(join(tmpdir(), "lease-"));
  log = join(directory, "acts.log");
  writeFileSync(log, "");
  candidates = new Map();
});

afterEach(async () => {
  for (const identity of [...candidates.keys()]) await end(identity, "SIGKILL");
  rmSync(directory, { recursive: true });
});

function launch(identity: string): void {
  const args = [
    "--conditions=source",
    program,
    testbedKubeconfig(process.env),
    namespace,
    identity,
    log,
  ];
  candidates.set(
    identity,
    spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] }),
  );
}

async function end(identity: string, signal: "SIGKILL" | "SIGTERM"): Promise<void> {
  const child = candidates.get(identity);
  candidates.delete(identity);
  if (child?.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGCONT");
  child.kill(signal);
  await exited;
}

function lines(): readonly Line[] {
  return readFileSync(log, "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => {
      const [nanoseconds = "0", identity = "", what = "", term = "0"] = line.split(" ");
      return {
        atMs: Number(BigInt(nanoseconds) / 1_000n) / 1_000,
        identity,
        what,
        term: Number(term),
      };
    });
}

function acts(): readonly Line[] {
  return lines().filter((line) => line.what === "act");
}

/** Whoever acts after the log has so many lines. */
async function leaderAfter(count: number, except?: string): Promise<Line> {
  const found = (): Line | undefined =>
    lines()
      .slice(count)
      .find((line) => line.what === "act" && line.identity !== except);
  await until(
    () => found() !== undefined,
    waitMs,
    () => "Nobody leads",
  );
  return found()!;
}

async function launchThree(): Promise<Line> {
  for (const identity of ["a", "b", "c"]) launch(identity);
  await until(() => lines().filter((line) => line.what === "start").length === 3, waitMs);
  return await leaderAfter(0);
}

/** In the order in which the lead was asked for, a stale leader would show as a term that went back. */
function expectOneLeaderAtATime(): void {
  const all = acts().toSorted((a, b) => a.atMs - b.atMs);
  const backwards = all.filter((line, i) => line.term < (all[i - 1]?.term ?? 0));
  expect(backwards).toEqual([]);
  const holders = new Map<number, Set<string>>();
  for (const { term, identity } of all) {
    holders.set(term, (holders.get(term) ?? new Set()).add(identity));
  }
  expect([...holders.values()].every((identities) => identities.size === 1)).toBe(true);
}

describe("leader election between processes", () => {
  it("never lets a paused leader act again in its old term", async () => {
    const first = await launchThree();
    const paused = candidates.get(first.identity);
    paused?.kill("SIGSTOP");
    const second = await leaderAfter(lines().length, first.identity);
    paused?.kill("SIGCONT");
    await until(
      () => lines().some((line) => line.identity === first.identity && line.what === "lost"),
      waitMs,
    );
    const third = await leaderAfter(lines().length);
    expect(third.identity).toBe(second.identity);
    expectOneLeaderAtATime();
  });

  it("elects another one after the leader was killed, not before its lease is over", async () => {
    const first = await launchThree();
    await end(first.identity, "SIGKILL");
    const killed = lines();
    const second = await leaderAfter(killed.length, first.identity);
    const lastMs = acts().findLast((line) => line.identity === first.identity)?.atMs ?? 0;
    expect(second.atMs - lastMs).toBeLessThan(2 * leaseMs);
    expectOneLeaderAtATime();
  });

  it("hands over at once when the leader stops in order", async () => {
    const first = await launchThree();
    await end(first.identity, "SIGTERM");
    const second = await leaderAfter(0, first.identity);
    const lastMs = acts().findLast((line) => line.identity === first.identity)?.atMs ?? 0;
    expect(second.atMs - lastMs).toBeLessThan(leaseMs / 2);
    expectOneLeaderAtATime();
  });

  it("keeps one leader through pauses, kills and restarts in a row", async () => {
    let leader = await launchThree();
    for (const round of ["1", "2", "3"]) {
      const count = lines().length;
      if (round === "2") {
        await end(leader.identity, "SIGKILL");
        launch(`${leader.identity}-${round}`);
      } else {
        const paused = candidates.get(leader.identity);
        paused?.kill("SIGSTOP");
        await leaderAfter(count, leader.identity);
        paused?.kill("SIGCONT");
      }
      leader = await leaderAfter(lines().length);
    }
    expectOneLeaderAtATime();
    expect(new Set(acts().map((line) => line.term)).size).toBeGreaterThanOrEqual(4);
  });

  it("stops acting when somebody else takes the lease by force", async () => {
    launch("a");
    const first = await leaderAfter(0);
    const key = { namespace, name: "contended" };
    const lease = await client.get<Lease>(leaseType, key);
    await client.mergePatch(leaseType, key, {
      spec: { holderIdentity: "thief", leaseTransitions: (lease?.spec?.leaseTransitions ?? 0) + 1 },
    });
    await until(() => lines().some((line) => line.what === "lost"), waitMs);
    expect(acts().every((line) => line.term === first.term)).toBe(true);
  });
});
