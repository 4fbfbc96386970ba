import { readFile } from "node:fs/promises";
import { describe, expect, it } from "@jest/globals";
import { configurationPage } from "./configuration.ts";

describe("docs/reference/configuration.md", () => {
  it("is what npm run generate writes", async () => {
    const page = new URL("../../docs/reference/configuration.md", import.meta.url);
    expect(await readFile(page, "utf8")).toBe(configurationPage());
  });
});
