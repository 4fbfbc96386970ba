import { appendFileSync, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { isAlive, ownIdentity, PROCESS_MARK, spawnDetached } from "../host/process.ts";
import { silentProgress } from "../progress.ts";
import type { LedgerHead } from "./entry.ts";
import { claims, createLedger, readLedger, testbedNames } from "./ledger.ts";
import { removeStale } from "./stale.ts";
import { undoTestbed } from "./undo.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "ledger-"));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

async function head(name: string): Promise<LedgerHead> {
  return { name, level: "controlPlane", owner: await ownIdentity(), mark: `${name}-${root}` };
}

const gone = { pid: process.pid, startTime: "long ago" };

describe("ledger", () => {
  it("reads back what was recorded, without a line that was cut off by a crash", async () => {
    const ledger = createLedger(join(root, "a"), await head("a"));
    ledger.record({ kind: "ports", ports: [20_001, 20_002] });
    ledger.record({ kind: "device", name: "ovc3" });
    appendFileSync(join(root, "a", "ledger.jsonl"), '{"kind":"devi');
    expect(readLedger(join(root, "a"))?.entries).toEqual([
      { kind: "ports", ports: [20_001, 20_002] },
      { kind: "device", name: "ovc3" },
    ]);
    expect(claims(root)).toMatchObject({ ports: new Set([20_001, 20_002]), devices: ["ovc3"] });
    expect(statSync(join(root, "a", "ledger.jsonl")).mode & 0o777).toBe(0o600);
  });

  it("refuses a second testbed of the same name", async () => {
    createLedger(join(root, "a"), await head("a"));
    const again = await head("a");
    expect(() => createLedger(join(root, "a"), again)).toThrow("A testbed named a exists");
  });
});

describe("undoTestbed", () => {
  const sleeper = (mark: string): Parameters<typeof spawnDetached>[0] => ({
    argv: ["/bin/sleep", "1000"],
    env: { [PROCESS_MARK]: mark },
    logPath: join(root, "log"),
    cwd: root,
  });

  it("ends processes, also one that the harness started but had no time to record", async () => {
    const known = await head("a");
    const ledger = createLedger(join(root, "a"), known);
    const recorded = await spawnDetached(sleeper(known.mark));
    ledger.record({ kind: "process", component: "x", process: recorded });
    const unrecorded = await spawnDetached(sleeper(known.mark));
    const foreign = await spawnDetached(sleeper("another testbed"));
    try {
      await undoTestbed(join(root, "a"));
      expect(await isAlive(recorded)).toBe(false);
      expect(await isAlive(unrecorded)).toBe(false);
      expect(await isAlive(foreign)).toBe(true);
      expect(existsSync(join(root, "a"))).toBe(false);
    } finally {
      process.kill(foreign.pid, "SIGKILL");
    }
  });

  it("does not touch a process that got the id of a recorded one", async () => {
    const ledger = createLedger(join(root, "a"), await head("a"));
    const later = await spawnDetached(sleeper("another testbed"));
    ledger.record({ kind: "process", component: "x", process: { ...later, startTime: "1" } });
    try {
      await undoTestbed(join(root, "a"));
      expect(await isAlive(later)).toBe(true);
    } finally {
      process.kill(later.pid, "SIGKILL");
    }
  });
});

describe("removeStale", () => {
  it("removes testbeds without an owner and remainders, and keeps the others", async () => {
    createLedger(join(root, "owned"), await head("owned"));
    createLedger(join(root, "stale"), { ...(await head("stale")), owner: gone });
    const kept = createLedger(join(root, "kept"), { ...(await head("kept")), owner: gone });
    kept.record({ kind: "kept" });
    await removeStale(root, silentProgress);
    expect(testbedNames(root)).toEqual(["kept", "owned"]);
  });
});
