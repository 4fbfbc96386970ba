import { readFile } from "node:fs/promises";
import { describe, expect, it } from "@jest/globals";
import { facadeMetricsPage } from "./metrics.ts";

describe("docs/reference/facade-metrics.md", () => {
  it("is what npm run generate writes", async () => {
    const page = new URL("../../docs/reference/facade-metrics.md", import.meta.url);
    expect(await readFile(page, "utf8")).toBe(await facadeMetricsPage());
  });
});
