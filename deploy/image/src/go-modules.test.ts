import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { goModulesOf, modulesIn } from "./go-modules.ts";

describe("modulesIn", () => {
  it("lists the program's own module and what it depends on, as it was replaced", () => {
    const lines = [
      "path\texample.org/tool/cmd/tool",
      "mod\texample.org/tool\tv1.2.3\th1:x=",
      "dep\texample.org/b\tv0.1.0\th1:x=",
      "dep\texample.org/a\tv0.2.0",
      "=>\texample.org/fork\tv0.2.1\th1:x=",
      "build\t-trimpath=true",
    ];
    expect(modulesIn(lines.join("\n"))).toEqual([
      { path: "example.org/b", version: "v0.1.0" },
      { path: "example.org/fork", version: "v0.2.1" },
      { path: "example.org/tool", version: "v1.2.3" },
    ]);
  });
});

describe("goModulesOf", () => {
  it("refuses what Go did not build", () => {
    const directory = mkdtempSync(join(tmpdir(), "go-modules-"));
    const program = join(directory, "program");
    writeFileSync(program, "no Go");
    expect(() => goModulesOf(program)).toThrow("does not say which Go modules");
    rmSync(directory, { recursive: true });
  });
});
