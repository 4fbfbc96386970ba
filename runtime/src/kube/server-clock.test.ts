import { describe, expect, it } from "@jest/globals";
import { createFakeClock, type FakeClock } from "../testing/fake-clock.ts";
import { createServerClock, type ServerClock } from "./server-clock.ts";

const HOUR_MS = 3_600_000;

/** A machine whose clock is off by `errorMs`, and a server whose clock is right. */
function opened(errorMs = 0) {
  const local: FakeClock = createFakeClock();
  const trueMs = (): number => start + local.monotonicMs();
  const start = local.nowMs();
  local.jumpWall(errorMs);
  const clock: ServerClock = createServerClock(local);
  const answer = async (tookMs = 10): Promise<void> => {
    const sentMs = clock.monotonicMs();
    await local.advance(tookMs / 2);
    const date = new Date(trueMs()).toUTCString();
    await local.advance(tookMs / 2);
    clock.heard(date, sentMs);
  };
  return { local, clock, answer, errorMs: () => clock.nowMs() - trueMs() };
}

describe("the clock of the server", () => {
  it("is the local one before the server said anything", () => {
    expect(opened(5_000).errorMs()).toBe(5_000);
  });

  it.each([HOUR_MS, -HOUR_MS])(
    "is right within a second where the local one is %d ms wrong",
    async (error) => {
      const { answer, errorMs } = opened(error);
      await answer();
      expect(Math.abs(errorMs())).toBeLessThanOrEqual(1_010);
    },
  );

  it.each([HOUR_MS, -HOUR_MS])(
    "does not notice that the local one jumps by %d ms",
    async (jump) => {
      const { local, answer, errorMs } = opened();
      await answer();
      local.jumpWall(jump);
      expect(errorMs()).toBe(0);
      await answer();
      expect(errorMs()).toBe(0);
    },
  );

  it("comes nearer with each answer, and never goes back by more than it erred", async () => {
    const { local, answer, errorMs } = opened(HOUR_MS);
    await answer();
    for (let round = 0; round < 20; round += 1) {
      await local.advance(137);
      await answer();
    }
    expect(Math.abs(errorMs())).toBeLessThan(200);
  });

  it("follows the server where that jumps", async () => {
    const { clock, answer } = opened();
    await answer();
    clock.heard(new Date(clock.nowMs() + HOUR_MS).toUTCString(), clock.monotonicMs());
    expect(clock.nowMs() - clock.monotonicMs()).toBeGreaterThan(
      Date.UTC(2026, 0, 1) + HOUR_MS - 2_000,
    );
  });

  it("learns little from a slow answer, and nothing from one without a date", async () => {
    const { clock, answer, errorMs } = opened(20_000);
    await answer(60_000);
    expect(errorMs()).toBe(20_000);
    for (const nothing of [undefined, "soon", 7]) clock.heard(nothing, 0);
    expect(errorMs()).toBe(20_000);
  });
});
