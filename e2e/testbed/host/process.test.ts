import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import {
  isAlive,
  ownIdentity,
  parseStat,
  signalGroup,
  spawnDetached,
  waitGone,
} from "./process.ts";

describe("process identity", () => {
  it("knows this process, and not a later one with the same id", async () => {
    const own = await ownIdentity();
    expect(await isAlive(own)).toBe(true);
    expect(await isAlive({ ...own, startTime: "1" })).toBe(false);
  });

  it.each([
    ["a process that runs", "S", 12, "777"],
    ["one whose other threads still end", "Z", 3, "777"],
    ["one that has ended and was not waited for", "Z", 1, undefined],
    ["one that has ended altogether", "Z", 0, undefined],
  ])("tells %s", (_what, state, threads, startTime) => {
    const before = `${"0 ".repeat(16)}${String(threads)} 0`;
    expect(parseStat(`7 (a (b) c) ${state} ${before} 777 0`)?.startTime).toBe(startTime);
  });

  it("starts a process that writes to its log, and sees it end with its children", async () => {
    const directory = mkdtempSync(join(tmpdir(), "process-"));
    const logPath = join(directory, "log");
    try {
      const child = await spawnDetached({
        argv: ["/bin/sh", "-c", "echo up; sleep 1000"],
        env: { PATH: "/usr/bin:/bin" },
        logPath,
        cwd: directory,
      });
      expect(await isAlive(child)).toBe(true);
      while (readFileSync(logPath, "utf8") === "") await new Promise(setImmediate);
      signalGroup(child.pid, "SIGKILL");
      expect(await waitGone(child, 5_000)).toBe(true);
      expect(readFileSync(logPath, "utf8")).toBe("up\n");
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
