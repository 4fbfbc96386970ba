import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { withLock } from "./lock.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "lock-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

describe("withLock", () => {
  it("lets one holder in at a time", async () => {
    const path = join(directory, "lock");
    const events: string[] = [];
    await Promise.all(
      ["a", "b", "c"].map((name) =>
        withLock(path, async () => {
          events.push(`${name} in`);
          await Promise.resolve();
          events.push(`${name} out`);
        }),
      ),
    );
    for (let index = 0; index < events.length; index += 2) {
      expect(events[index + 1]).toBe(events[index]?.replace("in", "out"));
    }
    expect(events).toHaveLength(6);
  });

  it("takes over a lock whose process is gone", async () => {
    const path = join(directory, "lock");
    writeFileSync(path, `${JSON.stringify({ pid: process.pid, startTime: "another" })}\nx`);
    await expect(withLock(path, () => Promise.resolve("held"))).resolves.toBe("held");
  });

  it("says once who holds it, and gives up when told so", async () => {
    const path = join(directory, "lock");
    const waits: number[] = [];
    await withLock(path, async () => {
      await expect(
        withLock(path, () => Promise.resolve(), {
          onWait: (pid) => waits.push(pid),
          signal: AbortSignal.timeout(200),
        }),
      ).rejects.toThrow();
    });
    expect(waits).toEqual([process.pid]);
  });
});
