import { readFile } from "node:fs/promises";
import { describe, expect, it } from "@jest/globals";
import { GENERATED_FILES } from "./outputs.ts";

describe("generated files", () => {
  it.each(GENERATED_FILES)("$url is what npm run generate writes", async ({ url, text }) => {
    expect(await readFile(url, "utf8")).toBe(await text());
  });
});
