import { describe, expect, it } from "@jest/globals";
import { jobOf } from "../testing/build-snapshot.ts";
import { pauseMs } from "./pause.ts";

describe("pauseMs", () => {
  const ended = { ...jobOf("vcw-1-restore-0"), state: "failed" as const, endedMs: 10_000 };
  const pause = (attempts: number, nowMs: number): number =>
    pauseMs({ jobs: [ended], attempts, pollMs: 1_000, nowMs });

  it("is none before the first attempt", () => {
    expect(pause(0, 10_000)).toBe(0);
  });

  it("doubles with each attempt and counts from the end of the last", () => {
    expect([pause(1, 10_000), pause(2, 10_000), pause(2, 13_000)]).toEqual([2_000, 4_000, 1_000]);
  });

  it("is over when its time is, and when no Job is left to count from", () => {
    expect(pause(1, 12_000)).toBe(0);
    expect(pauseMs({ jobs: [], attempts: 3, pollMs: 1_000, nowMs: 10_000 })).toBe(0);
  });
});
