import { readFile } from "node:fs/promises";
import { describe, expect, it } from "@jest/globals";
import { facadeConfigurationPage } from "./configuration.ts";

describe("docs/reference/facade-configuration.md", () => {
  it("is what npm run generate writes", async () => {
    const page = new URL("../../docs/reference/facade-configuration.md", import.meta.url);
    expect(await readFile(page, "utf8")).toBe(facadeConfigurationPage());
  });
});
