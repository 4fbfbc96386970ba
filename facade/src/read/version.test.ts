import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { hasReached, isVersion } from "./version.ts";

describe("resource versions", () => {
  const versions = fc.bigInt({ min: 0n, max: 2n ** 63n });

  it("are ordered as numbers", () => {
    fc.assert(
      fc.property(versions, versions, (a, b) => {
        expect(hasReached(String(a), String(b))).toBe(a >= b);
      }),
    );
  });

  it("are recognised", () => {
    expect(["0", "1", "18446744073709551615"].map(isVersion)).toEqual([true, true, true]);
    const others = ["", "01", "-1", "1.5", "x", "1 ", "9".repeat(21)];
    expect(others.filter(isVersion)).toEqual([]);
  });
});
