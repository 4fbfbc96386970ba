import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { operation } from "../testing/build-operation.ts";
import { operationMarkOf } from "../world/operation-mark.ts";
import { expiryOf } from "./retention.ts";

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 0, 1);

function text(ms: number): string {
  return new Date(ms).toISOString();
}

function ended(name: string, finishedMs: number, expiresMs?: number) {
  const { metadata, ...rest } = operation("CreateVCluster");
  const status = {
    state: "Succeeded",
    finishedAt: text(finishedMs),
    ...(expiresMs === undefined ? {} : { expiresAt: text(expiresMs) }),
  };
  return operationMarkOf({ ...rest, metadata: { ...metadata, name }, status });
}

function namesAt(marks: readonly ReturnType<typeof ended>[], nowMs: number): readonly string[] {
  return expiryOf(marks, DAY_MS, nowMs).expired.map(({ name }) => name);
}

describe("the removal of operations", () => {
  it("takes those whose time is over, and comes back for the next", () => {
    const marks = [
      ended("first", START_MS, START_MS + DAY_MS),
      ended("second", START_MS, START_MS + DAY_MS + 5_000),
    ];
    expect(expiryOf(marks, DAY_MS, START_MS + DAY_MS - 1)).toEqual({ expired: [], nextInMs: 1 });
    expect(namesAt(marks, START_MS + DAY_MS)).toEqual(["first"]);
    expect(expiryOf(marks, DAY_MS, START_MS + DAY_MS).nextInMs).toBe(5_000);
    expect(expiryOf([], DAY_MS, START_MS).nextInMs).toBeUndefined();
  });

  it("counts from the end where no time is written", () => {
    const marks = [ended("bare", START_MS)];
    expect(namesAt(marks, START_MS + DAY_MS - 1)).toEqual([]);
    expect(namesAt(marks, START_MS + DAY_MS)).toEqual(["bare"]);
  });

  it("never takes one that has not ended", () => {
    const open = operationMarkOf({ ...operation("CreateVCluster") });
    expect(expiryOf([open], DAY_MS, START_MS + 1_000 * DAY_MS).expired).toEqual([]);
  });

  it("takes a batch at a time, the oldest first, until all are gone", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(100_000), { maxLength: 70 }), (offsets) => {
        let marks = offsets.map((at) => ended(String(at), START_MS, START_MS + at));
        const nowMs = START_MS + DAY_MS;
        const removed: string[] = [];
        for (;;) {
          const { expired, nextInMs } = expiryOf(marks, DAY_MS, nowMs);
          expect(expired.length).toBeLessThanOrEqual(20);
          removed.push(...expired.map(({ name }) => name));
          marks = marks.filter((mark) => !expired.some((gone) => gone === mark));
          if (nextInMs === undefined) break;
        }
        expect(removed).toEqual(offsets.toSorted((a, b) => a - b).map(String));
      }),
    );
  });
});
