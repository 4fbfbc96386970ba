import { describe, expect, it } from "@jest/globals";
import { drainPolicy } from "./drain-policy.ts";
import { isWithin } from "./ensure.ts";
import { protectionPolicy } from "./protection-policy.ts";

describe("isWithin", () => {
  it.each<[string, unknown, unknown, boolean]>([
    ["fields that the server adds", { a: 1 }, { a: 1, b: 2 }, true],
    ["nested additions", { a: { b: "x" } }, { a: { b: "x", c: "y" } }, true],
    ["another value", { a: 1 }, { a: 2 }, false],
    ["a missing field", { a: { b: 1 } }, {}, false],
    ["a longer list", { a: [1] }, { a: [1, 2] }, false],
    ["an equal list of objects with additions", { a: [{ b: 1 }] }, { a: [{ b: 1, c: 2 }] }, true],
    ["null in place of an object", { a: {} }, { a: null }, false],
  ])("judges %s", (_, wanted, existing, expected) => {
    expect(isWithin(wanted, existing)).toBe(expected);
  });
});

describe("policies", () => {
  it("of two installations have different names and different namespaces", () => {
    const [a, b] = [drainPolicy("a"), drainPolicy("b")];
    expect(a.policy.metadata.name).not.toBe(b.policy.metadata.name);
    expect(a.policy.spec.matchConstraints).not.toEqual(b.policy.spec.matchConstraints);
    expect(protectionPolicy("a").policy.metadata.name).not.toBe(
      protectionPolicy("b").policy.metadata.name,
    );
  });
});
