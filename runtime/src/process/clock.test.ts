import { describe, expect, it } from "@jest/globals";
import { clampTimer, maxTimerMs, systemClock } from "./clock.ts";

describe("the system clock", () => {
  it.each([
    [2 ** 31, maxTimerMs],
    [Number.POSITIVE_INFINITY, maxTimerMs],
    [Number.NaN, maxTimerMs],
    [-5, 0],
    [1_000, 1_000],
  ])("holds a delay of %d ms as %d ms", (asked, held) => {
    expect(clampTimer(asked)).toBe(held);
  });

  it("wakes a sleeper with the reason of the abort", async () => {
    const stop = new AbortController();
    const sleeping = systemClock.sleep(2 ** 40, stop.signal);
    stop.abort(new Error("Wake up"));
    await expect(sleeping).rejects.toThrow("Wake up");
  });
});
