import { describe, expect, it } from "@jest/globals";
import { Failure, type FailureKind } from "../failure.ts";
import { nextRetry, type RetryMemory } from "./retry.ts";

const spec = { backoff: { baseMs: 500, maxMs: 60_000, jitter: 0 }, slowMs: 600_000 };

function retry(kind: FailureKind, before?: RetryMemory, retryAfterMs?: number) {
  return nextRetry(new Failure(kind, "Any", "any", { retryAfterMs }), before, spec, 0);
}

describe("nextRetry", () => {
  it.each([
    ["invalid", 600_000],
    ["alreadyExists", 600_000],
    ["denied", 600_000],
    ["corrupt", 600_000],
    ["notFound", 2_000],
    ["precondition", 2_000],
    ["unavailable", 2_000],
    ["timeout", 2_000],
    ["exhausted", 2_000],
    ["bug", 2_000],
    ["conflict", 100],
  ] as const)("runs again after %s in %d ms at the third failure", (kind, delayMs) => {
    expect(retry(kind, { failures: 2, conflicts: 0 }).delayMs).toBe(delayMs);
  });

  it("does not count lost races until they are no accident", () => {
    let memory: RetryMemory | undefined;
    const delays: number[] = [];
    for (let i = 0; i < 12; i += 1) {
      const next = retry("conflict", memory);
      memory = next.memory;
      delays.push(next.delayMs);
    }
    expect(delays.slice(0, 10)).toEqual(new Array(10).fill(100));
    expect(delays.slice(10)).toEqual([500, 1_000]);
  });

  it("never runs earlier than the other side asked", () => {
    expect(retry("unavailable", undefined, 90_000).delayMs).toBe(90_000);
    expect(retry("conflict", undefined, 7_000).delayMs).toBe(7_000);
  });
});
