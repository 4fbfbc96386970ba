import { describe, expect, it } from "@jest/globals";
import { Failure } from "../failure.ts";
import { createLogger, errorFields, type LogFields } from "./log.ts";

function logged(write: (logger: ReturnType<typeof createLogger>) => void): readonly LogFields[] {
  const lines: string[] = [];
  write(
    createLogger({
      level: "info",
      destination: { write: (line) => void lines.push(line) },
      fields: { component: "test" },
    }),
  );
  return lines.map((line) => JSON.parse(line) as LogFields);
}

describe("a logger", () => {
  it("writes JSON lines with time, level, message and inherited fields", () => {
    const [line] = logged((logger) => {
      logger.child({ name: "a" }).info({ generation: 2 }, "Upgrading release");
    });
    expect(line).toEqual({
      ts: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      level: "info",
      msg: "Upgrading release",
      component: "test",
      name: "a",
      generation: 2,
    });
  });

  it("is silent below its level", () => {
    expect(
      logged((logger) => {
        logger.debug({}, "Nothing changed");
      }),
    ).toEqual([]);
  });

  it("hides secrets by the name of their field", () => {
    const [line] = logged((logger) => {
      logger.warn(
        {
          token: "t0p",
          secret: { data: "t0p", key: "t0p" },
          user: { password: "t0p" },
          key: "ns/a",
        },
        "Odd",
      );
    });
    expect(JSON.stringify(line)).not.toContain("t0p");
    expect(line?.["key"]).toBe("ns/a");
  });
});

describe("errorFields", () => {
  it("names kind, reason, message and causes of a failure, without a stack", () => {
    const cause = new Error("socket hang up", { cause: new TypeError("deep") });
    const failure = new Failure("unavailable", "ConnectionFailed", "Cannot reach it", { cause });
    expect(errorFields(failure)).toEqual({
      errKind: "unavailable",
      errReason: "ConnectionFailed",
      errMessage: "Cannot reach it",
      errCauses: ["Error: socket hang up", "TypeError: deep"],
    });
  });

  it("shows the stack of anything unclassified", () => {
    expect(errorFields(new RangeError("off by one"))).toMatchObject({
      errKind: "bug",
      errMessage: "RangeError: off by one",
      errStack: expect.stringContaining("log.test"),
    });
  });
});
