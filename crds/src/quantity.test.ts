import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { addQuantities, compareQuantities, formatQuantity, parseQuantity } from "./quantity.ts";

const read = (text: string | number) => {
  const quantity = parseQuantity(text);
  if (quantity === undefined) throw new Error(`${text} is no quantity`);
  return quantity;
};

// What resource.ParseQuantity and Quantity.CanonicalizeBytes of k8s.io/apimachinery v0.36.0 answer.
const KUBERNETES: readonly (readonly [text: string, canonical: string])[] = [
  ["0", "0"],
  ["00", "0"],
  ["0Ki", "0"],
  ["0.0e2", "0"],
  ["+", "0"],
  [".", "0"],
  ["k", "0"],
  ["e3", "0"],
  ["+5", "5"],
  ["-5", "-5"],
  [".5", "500m"],
  ["5.", "5"],
  ["1.G", "1G"],
  ["500m", "500m"],
  ["1.5", "1500m"],
  ["3.000", "3"],
  ["0.1m", "100u"],
  ["1n", "1n"],
  ["0.5n", "1n"],
  ["-0.1n", "-1n"],
  ["1.234567890123", "1234567891n"],
  ["100000n", "100u"],
  ["1000", "1k"],
  ["1000k", "1M"],
  ["2147483648m", "2147483648m"],
  ["100E", "100E"],
  ["1E", "1E"],
  ["1E3", "1e3"],
  ["1e4", "10e3"],
  ["12e-3", "12e-3"],
  ["1e-10", "1e-9"],
  ["1e+5", "100e3"],
  ["1e20", "100e18"],
  ["1Ki", "1Ki"],
  ["1024Mi", "1Gi"],
  ["1.5Gi", "1536Mi"],
  ["-1.5Gi", "-1536Mi"],
  ["2000Mi", "2000Mi"],
  ["0.5Ki", "512"],
  ["0.1Ki", "102400m"],
  ["0.001Ki", "1024m"],
  ["1.0001Ki", "1024102400u"],
  ["9Ei", "9223372036854775807"],
  ["9223372036854775807Ki", "9223372036854775807"],
];

describe("parseQuantity and formatQuantity", () => {
  it.each(KUBERNETES)("reads %s and writes %s, as Kubernetes does", (text, canonical) => {
    expect(formatQuantity(read(text))).toBe(canonical);
  });

  it.each([
    "",
    " 1",
    "1 ",
    "aoeu",
    "1i",
    ".5i",
    "0.1mi",
    "1.1.M",
    "1+1.0M",
    "-3.01e-",
    "e",
    "1Mi5",
    "1_000",
  ])("refuses %j", (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });

  it("refuses exponents and lengths that would only cost memory", () => {
    expect(parseQuantity("1e999999999")).toBeUndefined();
    expect(parseQuantity("1".repeat(65))).toBeUndefined();
  });

  it("reads numbers as YAML writes them", () => {
    expect(formatQuantity(read(2))).toBe("2");
    expect(formatQuantity(read(6_000_000_000))).toBe("6G");
  });

  it("writes what it reads as the same amount", () => {
    const number = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n });
    const suffix = fc.constantFrom("n", "u", "m", "", "k", "M", "G", "e3", "e-6", "Ki", "Mi");
    fc.assert(
      fc.property(number, suffix, (digits, unit) => {
        const quantity = read(`${digits}${unit}`);
        expect(compareQuantities(read(formatQuantity(quantity)), quantity)).toBe(0);
      }),
    );
  });
});

describe("compareQuantities", () => {
  it("compares amounts, not texts", () => {
    expect(compareQuantities(read("1Gi"), read("1G"))).toBe(1);
    expect(compareQuantities(read("900m"), read(1))).toBe(-1);
    expect(compareQuantities(read("1e3"), read("1k"))).toBe(0);
  });
});

describe("addQuantities", () => {
  it("keeps the first format, and takes the second's when the first is zero", () => {
    expect(formatQuantity(addQuantities(read("1Gi"), read("512Mi")))).toBe("1536Mi");
    expect(formatQuantity(addQuantities(read(0), read("1Gi")))).toBe("1Gi");
    expect(formatQuantity(addQuantities(read("100m"), read("1")))).toBe("1100m");
  });
});
