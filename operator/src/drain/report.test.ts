import { describe, expect, it } from "@jest/globals";
import type { EvictionOutcome } from "./evict.ts";
import { reportDrain } from "./report.ts";

const STARTED_MS = Date.UTC(2026, 0, 1);
const STARTED_AT = "2026-01-01T00:00:00.000Z";
const ref = (name: string) => ({ namespace: "default", name, uid: name });
const evicted = (name: string): EvictionOutcome => ({ kind: "evicted", pod: ref(name) });
const refused = (name: string): EvictionOutcome => ({
  kind: "refused",
  pod: ref(name),
  message: "Budget web",
});

describe("reportDrain", () => {
  it("adds evictions up and shows the newest refusals", () => {
    const first = reportDrain(undefined, {
      startedAtMs: STARTED_MS,
      outcomes: [evicted("a"), refused("b"), { kind: "gone", pod: ref("c") }],
    });
    expect(first).toEqual({
      startedAt: STARTED_AT,
      evicted: 1,
      refusedCount: 1,
      refused: [{ namespace: "default", name: "b", reason: "Budget web" }],
    });
    const second = reportDrain(first, { startedAtMs: STARTED_MS, outcomes: [evicted("b")] });
    expect(second).toEqual({ startedAt: STARTED_AT, evicted: 2, refusedCount: 0, refused: [] });
  });

  it("keeps the last refusals when a pass evicts nothing, and adds what was kept", () => {
    const before = reportDrain(undefined, { startedAtMs: STARTED_MS, outcomes: [refused("b")] });
    const end = reportDrain(before, {
      startedAtMs: STARTED_MS,
      kept: [{ pod: ref("b"), reason: "It did not go within drainTimeout" }],
    });
    expect(end).toMatchObject({ refusedCount: 1, keptCount: 1, kept: [{ name: "b" }] });
  });

  it("lists ten and counts all", () => {
    const many = Array.from({ length: 25 }, (_, index) => `p${index}`);
    const report = reportDrain(undefined, {
      startedAtMs: STARTED_MS,
      outcomes: many.map(refused),
      kept: many.map((name) => ({ pod: ref(name), reason: "bare" })),
    });
    expect(report).toMatchObject({ refusedCount: 25, keptCount: 25 });
    expect(report.refused).toHaveLength(10);
    expect(report.kept).toHaveLength(10);
  });

  it("starts anew with another drain", () => {
    const before = reportDrain(undefined, {
      startedAtMs: STARTED_MS,
      outcomes: [evicted("a"), refused("b")],
    });
    const next = reportDrain(before, { startedAtMs: STARTED_MS + 1_000, outcomes: [evicted("c")] });
    expect(next).toMatchObject({ evicted: 1, refusedCount: 0 });
  });
});
