import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { isAlive, ownIdentity, signalGroup, spawnDetached, waitGone } from "./process.ts";

describe("process identity", () => {
  it("knows this process, and not a later one with the same id", async () => {
    const own = await ownIdentity();
    expect(await isAlive(own)).toBe(true);
    expect(await isAlive({ ...own, startTime: "1" })).toBe(false);
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
