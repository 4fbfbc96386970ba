import { describe, expect, it } from "@jest/globals";
import { createFakeClock } from "@open-vcluster/runtime/testing/fake-clock";
import { patienceOf } from "./patience.ts";

describe("patienceOf", () => {
  it.each([
    ["as long as asked where there is no deadline", undefined, 300_000],
    ["as long as asked where the deadline is later", 400_000, 300_000],
    ["until shortly before the deadline", 10_000, 9_500],
    ["not at all where the deadline is near", 200, 0],
  ])("waits %s", (_, leftMs, timeoutMs) => {
    const context = { timeoutMs: () => leftMs, signal: new AbortController().signal };
    expect(patienceOf(300_000, context, createFakeClock()).timeoutMs).toBe(timeoutMs);
  });
});
