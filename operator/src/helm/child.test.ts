import { execFileSync } from "node:child_process";
import { describe, expect, it } from "@jest/globals";
import { type ChildCommand, runChild } from "./child.ts";

function shell(script: string, over: Partial<ChildCommand> = {}): ChildCommand {
  return {
    program: "/bin/sh",
    args: ["-c", script],
    environment: {},
    directory: "/",
    deadlineMs: 20_000,
    graceMs: 100,
    outputBytes: 1000,
    ...over,
  };
}

const never = new AbortController().signal;

/** Whether any process of the group still runs; a zombie that nobody has reaped does not. */
function lives(group: number): boolean {
  const rows = execFileSync("ps", ["-A", "-o", "pgid=,stat="], { encoding: "utf8" }).split("\n");
  return rows.some((row) => {
    const [pgid, state = "Z"] = row.trim().split(/\s+/);
    return Number(pgid) === group && !state.startsWith("Z");
  });
}

describe("runChild", () => {
  it("returns the exit code and both outputs", async () => {
    const result = await runChild(shell("echo out; echo err >&2; exit 3"), never);
    expect(result).toEqual({ exitCode: 3, stdout: "out\n", stderr: "err\n", endedBy: "itself" });
  });

  it("gives the program nothing but the environment that it is handed", async () => {
    const result = await runChild(shell("env", { environment: { ONLY: "this" } }), never);
    expect(result.stdout).toContain("ONLY=this");
    expect(result.stdout).not.toContain("HOME");
  });

  it("ends the whole group at the deadline, children that ignore SIGTERM included", async () => {
    const script = `echo $$; trap '' TERM; (trap '' TERM; sleep 30) & sleep 30`;
    const result = await runChild(shell(script, { deadlineMs: 300 }), never);
    expect(result.endedBy).toBe("deadline");
    expect(result.exitCode).toBeUndefined();
    expect(lives(Number(result.stdout))).toBe(false);
  });

  it("does not wait for a grandchild that holds its pipes", async () => {
    const result = await runChild(shell("echo $$; sleep 30 &"), never);
    expect(result).toMatchObject({ exitCode: 0, endedBy: "itself" });
    expect(lives(Number(result.stdout))).toBe(false);
  });

  it("ends the program when the caller gives up", async () => {
    const caller = new AbortController();
    const running = runChild(shell("exec sleep 30"), caller.signal);
    caller.abort(new Error("leaving"));
    expect(await running).toMatchObject({ endedBy: "caller" });
  });

  it("does not start for a caller that has given up", async () => {
    const gone = AbortSignal.abort(new Error("gone"));
    await expect(runChild(shell("exit 0"), gone)).rejects.toThrow("gone");
  });

  it("keeps no more output than asked", async () => {
    const result = await runChild(shell("printf '%5000s' x", { outputBytes: 10 }), never);
    expect(result.stdout).toBe(" ".repeat(10));
  });

  it("says when the program cannot be started", async () => {
    const command = shell("", { program: "/nonexistent" });
    await expect(runChild(command, never)).rejects.toThrow("spawn /nonexistent");
  });
});
