import { randomBytes } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { type Order, pageOf, pageSizeOf } from "./page.ts";
import { type Cursor, createPageTokens, type PageScope } from "./page-token.ts";

const NOW_MS = Date.parse("2026-01-01T00:00:00Z");
const DAY_MS = 24 * 60 * 60 * 1_000;
const scope: PageScope = { method: "List", principal: "alice", query: ["ns", ""] };
const cursor: Cursor = { key: "k", namespace: "ns", name: "n" };
const key = randomBytes(32);

function order(isDescending: boolean): Order<Cursor> {
  return { isDescending, cursorOf: (item) => item };
}

describe("pages", () => {
  const entries = fc.uniqueArray(
    fc.record({
      key: fc.constantFrom("a", "b", "c"),
      namespace: fc.constantFrom("x", "y"),
      name: fc.string({ maxLength: 3 }),
    }),
    { selector: (item) => JSON.stringify([item.namespace, item.name]), maxLength: 40 },
  );

  it("are disjoint and complete in either direction", () => {
    fc.assert(
      fc.property(entries, fc.boolean(), fc.integer({ min: 1, max: 7 }), (items, isDown, size) => {
        const seen: Cursor[] = [];
        let after: Cursor | undefined;
        do {
          const page = pageOf(items, order(isDown), size, after);
          seen.push(...page.items);
          after = page.next;
        } while (after !== undefined);
        expect(seen).toEqual(pageOf(items, order(isDown), 1_000, undefined).items);
        expect(seen).toHaveLength(items.length);
      }),
    );
  });

  it("lose nothing that was there all the time while others come and go", () => {
    fc.assert(
      fc.property(entries, entries, fc.integer({ min: 1, max: 5 }), (lasting, passing, size) => {
        const nameOf = (item: Cursor): string => JSON.stringify([item.namespace, item.name]);
        const names = new Set(lasting.map(nameOf));
        const coming = passing.filter((item) => !names.has(nameOf(item)));
        const first = pageOf([...lasting, ...coming], order(false), size, undefined);
        const rest =
          first.next === undefined ? [] : pageOf(lasting, order(false), 1_000, first.next).items;
        const seen = [...first.items, ...rest].filter((item) => names.has(nameOf(item)));
        expect(seen.map(nameOf).toSorted()).toEqual(lasting.map(nameOf).toSorted());
      }),
    );
  });

  it("have a size that is bounded", () => {
    expect([0, 1, 1_000, 5_000].map(pageSizeOf)).toEqual([50, 1, 1_000, 1_000]);
    expect(() => pageSizeOf(-1)).toThrow(expect.objectContaining({ kind: "invalid" }));
  });
});

describe("page tokens", () => {
  const tokens = createPageTokens(key, () => NOW_MS);
  const sealed = tokens.seal(scope, cursor);

  it("lead on where a page ended, on any replica with the key", () => {
    expect(createPageTokens(key, () => NOW_MS + DAY_MS).open(scope, sealed)).toEqual(cursor);
    expect(tokens.open(scope, "")).toBeUndefined();
  });

  it("say nothing about what they point to", () => {
    const text = Buffer.from(
      tokens.seal(scope, { ...cursor, name: "secret-name" }),
      "base64url",
    ).toString("latin1");
    expect(text).not.toContain("secret-name");
  });

  it.each([
    ["another query", { ...scope, query: ["other"] }],
    ["another principal", { ...scope, principal: "bob" }],
    ["another method", { ...scope, method: "Other" }],
  ])("are refused for %s", (_name, other) => {
    expect(() => tokens.open(other, sealed)).toThrow(
      expect.objectContaining({ kind: "invalid", reason: "PageTokenInvalid" }),
    );
  });

  it("are refused with another key", () => {
    const others = createPageTokens(randomBytes(32), () => NOW_MS);
    expect(() => others.open(scope, sealed)).toThrow(expect.objectContaining({ kind: "invalid" }));
  });

  it("are refused after three days", () => {
    const later = createPageTokens(key, () => NOW_MS + 3 * DAY_MS + 1);
    expect(() => later.open(scope, sealed)).toThrow(
      expect.objectContaining({ kind: "conflict", reason: "PageTokenExpired" }),
    );
  });

  it("are refused when any character is changed, and whatever else is sent", () => {
    const other = (character: string): string => (character === "A" ? "B" : "A");
    for (let at = 0; at < sealed.length; at += 1) {
      const forged = sealed.slice(0, at) + other(sealed[at] ?? "") + sealed.slice(at + 1);
      expect(() => tokens.open(scope, forged)).toThrow(
        expect.objectContaining({ kind: "invalid" }),
      );
    }
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 3_000 }), (text) => {
        expect(() => tokens.open(scope, text)).toThrow(
          expect.objectContaining({ kind: "invalid" }),
        );
      }),
    );
  });
});
