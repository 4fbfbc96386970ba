import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { backoffMs } from "./backoff.ts";

const spec = { baseMs: 500, maxMs: 30_000, jitter: 0.5 };

describe("backoffMs", () => {
  it("doubles with each failure up to the largest pause", () => {
    expect([1, 2, 3, 6, 7, 8].map((failures) => backoffMs(spec, failures, 0))).toEqual([
      500, 1_000, 2_000, 16_000, 30_000, 30_000,
    ]);
  });

  it("stays between the unjittered pause less the jitter and the largest pause", () => {
    fc.assert(
      fc.property(
        fc.nat(1_000_000),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (failures, random) => {
          const pause = backoffMs(spec, failures, random);
          expect(pause).toBeGreaterThanOrEqual(spec.baseMs * (1 - spec.jitter));
          expect(pause).toBeLessThanOrEqual(spec.maxMs);
        },
      ),
    );
  });
});
