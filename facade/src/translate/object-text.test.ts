import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parseObjectText } from "./object-text.ts";
import { DOCUMENTS, REFUSED } from "./testing/yaml-texts.ts";
import { stableJson } from "./tree.ts";

/** What is wrong with a text; empty if nothing is. */
function faultOf(text: string): string {
  const read = parseObjectText(text);
  return read.kind === "fault" ? read.must : "";
}

describe("parseObjectText", () => {
  it.each([
    ["truth values of YAML 1.1", "a: yes\nb: off\nc: y", { a: true, b: false, c: true }],
    [
      "octal and other numbers",
      "a: 010\nb: 0x1F\nc: 1_000\nd: .5",
      { a: 8, b: 31, c: 1000, d: 0.5 },
    ],
    ["times as text", "a: 2001-01-01\nb: 12:30:45", { a: "2001-01-01", b: "12:30:45" }],
    ["null in all its forms", "a: ~\nb:\nc: null", { a: null, b: null, c: null }],
    ["merged keys", "a: &x {b: 1}\nc: {<<: *x, d: 2}", { a: { b: 1 }, c: { b: 1, d: 2 } }],
    ["keys that are no text", "1: a\ntrue: b", { "1": "a", true: "b" }],
    ["JSON", '{"a": {"b": [1, null]}}', { a: { b: [1, null] } }],
    ["nothing", "# nothing\n", {}],
  ])("reads %s", (_, text, value) => {
    expect(parseObjectText(text)).toEqual({ kind: "object", value });
  });

  it.each([
    ["a list", "- 1", "object"],
    ["a key written twice", "a: 1\na: 2", "twice"],
    ["a key written twice in JSON", '{"a":1,"a":2}', "twice"],
    ["a second document", "a: 1\n---\nb: 2", "single document"],
    ["a fraction as a key", "1.5: a", "keys"],
    ["an alias of what is around it", "a: &x [*x]", "alias"],
    ["a number that is not finite", "a: .inf", "finite"],
    ["bad indentation", "a:\n  b: 1\n c: 2", "line"],
  ])("refuses %s", (_, text, word) => {
    expect(faultOf(text)).toContain(word);
  });

  it.each([
    ["aliases that multiply", bomb()],
    ["merges that multiply", `a: &a {x: ${"y".repeat(999)}}\n${"b: {<<: *a}\n".repeat(2_000)}`],
    ["a deep text", `a: ${"[".repeat(100_000)}`],
    [
      "deep indentation",
      Array.from({ length: 500 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n"),
    ],
    ["deep JSON", `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`],
  ])("refuses %s", (_, text) => {
    expect(faultOf(text)).not.toBe("");
  });

  it.each([
    ["signs that begin nothing", "a: [", ","],
    ["brackets that close nothing", "", "]"],
    ["braces that close nothing", "", "}\n"],
    ["aliases of nothing", "", "*\n"],
    ["directives", "", "%\n"],
    ["escapes that are none", 'a: "', "\\q"],
    ["lists in lists", "", "- - - - - - - - - -\n"],
    ["more entries than anybody writes", "a: [", "1,"],
  ])("refuses a large text of %s before it takes long", (_, start, piece) => {
    const text = `${start}${piece.repeat(256 * 1024)}`.slice(0, 256 * 1024);
    const startMs = performance.now();
    expect(faultOf(text)).not.toBe("");
    expect(performance.now() - startMs).toBeLessThan(1_000);
  });

  it("reads large JSON as it was answered", () => {
    const value = { a: Array.from({ length: 100_000 }, () => 1) };
    expect(parseObjectText(stableJson(value))).toEqual({ kind: "object", value });
  });

  it("never throws and never ends with anything but an object", () => {
    const snippet = fc.constantFrom(
      ...DOCUMENTS,
      ...REFUSED,
      "&a ",
      "*a",
      "<<: ",
      "\n",
      "  ",
      "? ",
      "- ",
      "{",
      "]",
    );
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(snippet).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(text, (source) => {
        const read = parseObjectText(source);
        if (read.kind === "object") expect(typeof stableJson(read.value)).toBe("string");
        else expect(read.must).not.toBe("");
      }),
    );
  });

  it("reads what was written as JSON", () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(object, (value) => {
        const read = parseObjectText(JSON.stringify(value, null, 1));
        expect(read.kind === "object" && stableJson(read.value)).toBe(stableJson(value));
      }),
    );
  });
});

function bomb(): string {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"];
  for (let level = 1; level < 9; level += 1) {
    const inner = Array.from({ length: 9 }, () => `*a${level - 1}`).join(", ");
    lines.push(`a${level}: &a${level} [${inner}]`);
  }
  return lines.join("\n");
}
