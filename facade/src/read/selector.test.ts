import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parseSelector } from "./selector.ts";

const labels = { env: "prod", team: "web", "example.com/tier": "a", empty: "" };

describe("parseSelector", () => {
  it.each([
    ["", true],
    ["  ", true],
    ["env=prod", true],
    ["env==prod", true],
    ["env = prod , team = web", true],
    ["env=prod,team=api", false],
    ["env!=prod", false],
    ["absent!=x", true],
    ["env in (test,prod)", true],
    ["env in (test, stage)", false],
    ["env notin (test)", true],
    ["absent notin (test)", true],
    ["absent in (test)", false],
    ["env", true],
    ["!env", false],
    ["!absent", true],
    ["example.com/tier in (a,b),env", true],
    ["empty=", true],
    ["toString", false],
  ])("%j is %j", (text, expected) => {
    expect(parseSelector(text)(labels)).toBe(expected);
  });

  it.each([
    ",",
    "env=",
    "env=a b",
    "env in prod",
    "env in (a",
    "env>1",
    "=x",
    "a=b=c",
    "env=prod,",
    "-a=b",
    "a".repeat(64),
    `a=${"b".repeat(64)}`,
    "x".repeat(3_000),
    Array.from({ length: 40 }, (_, at) => `k${String(at)}`).join(","),
  ])("refuses %j by its field, or reads it as Kubernetes does", (text) => {
    // An empty value is one, so `env=` is read.
    if (text === "env=") expect(parseSelector(text)(labels)).toBe(false);
    else {
      expect(() => parseSelector(text)).toThrow(
        expect.objectContaining({
          kind: "invalid",
          violations: [expect.objectContaining({ field: "label_selector" })],
        }),
      );
    }
  });

  it("reads or refuses whatever it is given", () => {
    fc.assert(
      fc.property(
        fc.string({
          maxLength: 2_048,
          unit: fc.constantFrom("a", "b", "n", "-", ".", "/", "=", "!", ",", "(", ")", " "),
        }),
        (text) => {
          try {
            parseSelector(text)(labels);
          } catch (error) {
            expect(error).toMatchObject({ kind: "invalid" });
          }
        },
      ),
    );
  });
});
