import { describe, expect, it } from "@jest/globals";
import { Failure } from "../failure.ts";
import { runProgram } from "./program.ts";

async function started(
  run: () => Promise<number>,
  config?: object,
): Promise<{ readonly code: number; readonly told: string }> {
  let told = "";
  const stderr = {
    write: (text: string) => {
      told += text;
      return true;
    },
  };
  const faults = [
    { variable: "PORT", found: "not set", allowed: "a number" },
    { variable: "HOST", found: '""', allowed: "text" },
  ];
  const parsed = config === undefined ? { faults } : { config };
  const code = await runProgram({ parsed, stderr, run });
  return { code, told };
}

describe("runProgram", () => {
  it("ends with the program's own code", async () => {
    expect(await started(() => Promise.resolve(7), {})).toEqual({ code: 7, told: "" });
  });

  it("names every variable that cannot be used, and runs nothing", async () => {
    const { code, told } = await started(() => Promise.reject(new Error("It ran")));
    expect(code).toBe(2);
    expect(told).toBe('PORT is not set; allowed: a number\nHOST is ""; allowed: text\n');
  });

  it("says in one sentence what keeps it from starting", async () => {
    const failure = new Failure("denied", "CredentialsUnreadable", "/x cannot be read");
    expect(await started(() => Promise.reject(failure), {})).toEqual({
      code: 2,
      told: "/x cannot be read\n",
    });
  });

  it("lets a bug be a bug", async () => {
    await expect(started(() => Promise.reject(new TypeError("x")), {})).rejects.toThrow(TypeError);
    const bug = new Failure("bug", "StartedTwice", "It was started twice");
    await expect(started(() => Promise.reject(bug), {})).rejects.toBe(bug);
  });
});
