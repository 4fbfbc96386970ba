import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { generatedFiles } from "./outputs.ts";

describe("generated files of the charts", () => {
  it.each(generatedFiles())("$path is what npm run generate writes", ({ path, text }) => {
    expect(readFileSync(path, "utf8")).toBe(text);
  });
});
