import { readFile } from "node:fs/promises";
import { describe, expect, it } from "@jest/globals";
import { apiFieldsPage } from "./api-fields.ts";

describe("docs/reference/api-fields.md", () => {
  it("is what npm run generate writes", async () => {
    const page = new URL("../../docs/reference/api-fields.md", import.meta.url);
    expect(await readFile(page, "utf8")).toBe(apiFieldsPage());
  });
});
