import { readFile } from "node:fs/promises";
import { describe, expect, it } from "@jest/globals";
import { refusedValuesPage } from "./refused-values.ts";

describe("docs/reference/refused-values.md", () => {
  it("is what npm run generate writes", async () => {
    const page = new URL("../../docs/reference/refused-values.md", import.meta.url);
    expect(await readFile(page, "utf8")).toBe(refusedValuesPage());
  });
});
