import { describe, expect, it } from "@jest/globals";
import { launch } from "./launch.ts";

async function launched(
  ...argv: readonly string[]
): Promise<readonly [number | string, string, string]> {
  const said = { stdout: "", stderr: "" };
  const exitCode = await launch({
    argv,
    version: "1.2.3",
    stdout: { write: (text: string) => ((said.stdout += text), true) },
    stderr: { write: (text: string) => ((said.stderr += text), true) },
    run: (name) => Promise.resolve(name === "operator" ? 7 : 0),
  });
  return [exitCode, said.stdout, said.stderr];
}

describe("launch", () => {
  it("runs the program that is named and gives its exit code", async () => {
    expect(await launched("operator")).toEqual([7, "", ""]);
    expect(await launched("facade")).toEqual([0, "", ""]);
  });

  it("says the version of the product and of each program", async () => {
    expect(await launched("--version")).toEqual([0, "open-vcluster 1.2.3\n", ""]);
    expect(await launched("facade", "--version")).toEqual([0, "open-vcluster facade 1.2.3\n", ""]);
  });

  it("explains itself when asked", async () => {
    const [exitCode, stdout] = await launched("operator", "--help");
    expect([exitCode, stdout]).toEqual([
      0,
      expect.stringContaining("operator|facade|snapshot-worker|snapshot-forwarder"),
    ]);
  });

  it.each([[], ["shell"], ["operator", "--verbose"], ["--version", "operator"]])(
    "refuses %j",
    async (...argv) => {
      const [exitCode, stdout, stderr] = await launched(...argv);
      expect([exitCode, stdout]).toEqual([2, ""]);
      expect(stderr).toContain("Usage:");
    },
  );
});
