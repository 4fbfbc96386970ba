import { describe, expect, it } from "@jest/globals";
import { forEachInFlight } from "./in-flight.ts";

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("forEachInFlight", () => {
  it("works on everything, never on more at a time than allowed", async () => {
    const done: number[] = [];
    let running = 0;
    let most = 0;
    await forEachInFlight([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
      running += 1;
      most = Math.max(most, running);
      await tick();
      running -= 1;
      done.push(item);
    });
    expect(done.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(most).toBe(3);
  });

  it("begins nothing after a failure, and rejects when all work has ended", async () => {
    const ended: number[] = [];
    const run = forEachInFlight([1, 2, 3, 4, 5, 6], 2, async (item) => {
      if (item === 1) throw new Error("broken");
      await tick();
      ended.push(item);
    });
    await expect(run).rejects.toThrow("broken");
    expect(ended).toEqual([2]);
  });

  it("rejects with the failure of what it reads", async () => {
    async function* items(): AsyncGenerator<number> {
      yield await Promise.resolve(1);
      throw new Error("unreadable");
    }
    await expect(forEachInFlight(items(), 2, tick)).rejects.toThrow("unreadable");
  });
});
