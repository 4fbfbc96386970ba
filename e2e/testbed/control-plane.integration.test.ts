import { readFileSync, statSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";

describe("shared control plane", () => {
  it("is announced to test files through the environment", () => {
    const path = process.env["TESTBED_KUBECONFIG"] ?? "";
    expect(readFileSync(path, "utf8")).toContain(process.env["TESTBED_SERVER"]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
});
