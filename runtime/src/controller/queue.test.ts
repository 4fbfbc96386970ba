import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { maxTimerMs } from "../process/clock.ts";
import { createFakeClock } from "../testing/fake-clock.ts";
import { createQueue, type Queue } from "./queue.ts";

function takeAll(queue: Queue): readonly string[] {
  const keys: string[] = [];
  for (let next = queue.take(); next !== undefined; next = queue.take()) keys.push(next.key);
  return keys;
}

const ignore = (): void => undefined;

describe("a queue", () => {
  it("gives each key once, in the order of first addition", () => {
    const queue = createQueue(createFakeClock(), ignore);
    for (const key of ["a", "b", "a", "c", "b"]) queue.add(key);
    expect(takeAll(queue)).toEqual(["a", "b", "c"]);
  });

  it("gives a running key again only after it finished, once", () => {
    const queue = createQueue(createFakeClock(), ignore);
    queue.add("a");
    expect(queue.take()?.key).toBe("a");
    queue.add("a");
    queue.add("a");
    expect(queue.take()).toBeUndefined();
    queue.finish("a");
    expect(takeAll(queue)).toEqual(["a"]);
  });

  it("lets the earliest of several delays count", async () => {
    const clock = createFakeClock();
    const queue = createQueue(clock, ignore);
    queue.addAfter("a", 5_000);
    queue.addAfter("a", 1_000);
    queue.addAfter("a", 9_000);
    await clock.advance(999);
    expect(queue.take()).toBeUndefined();
    await clock.advance(1);
    expect(queue.take()?.key).toBe("a");
    expect(clock.waitingMs()).toEqual([]);
  });

  it("does not fire at once for a delay that no timer can hold", async () => {
    const clock = createFakeClock();
    const queue = createQueue(clock, ignore);
    queue.addAfter("a", 2 ** 40);
    await clock.advance(60_000);
    expect(queue.take()).toBeUndefined();
    expect(maxTimerMs).toBe(2_147_483_647);
  });

  it("takes nothing and keeps no timer after it was closed", () => {
    const clock = createFakeClock();
    const queue = createQueue(clock, ignore);
    queue.add("a");
    queue.addAfter("b", 10);
    queue.close();
    queue.add("c");
    expect(takeAll(queue)).toEqual([]);
    expect(clock.waitingMs()).toEqual([]);
  });

  it("never runs a key twice at once and loses no addition, whatever the order of calls", () => {
    const call = fc.record({
      kind: fc.constantFrom("add", "take", "finish" as const),
      key: fc.constantFrom("a", "b", "c"),
    });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 60 }), (calls) => {
        const queue = createQueue(createFakeClock(), ignore);
        const running = new Set<string>();
        const owed = new Set<string>();
        for (const { kind, key } of calls) {
          if (kind === "add") {
            queue.add(key);
            owed.add(key);
          } else if (kind === "take") {
            const taken = queue.take();
            if (taken === undefined) continue;
            expect(running.has(taken.key)).toBe(false);
            running.add(taken.key);
            owed.delete(taken.key);
          } else if (running.delete(key)) {
            queue.finish(key);
          }
        }
        for (const key of running) queue.finish(key);
        expect(new Set(takeAll(queue))).toEqual(owed);
      }),
    );
  });
});
