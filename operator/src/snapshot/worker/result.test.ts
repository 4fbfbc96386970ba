import { describe, expect, it } from "@jest/globals";
import { latestProgress, parseResult, type TaskResult } from "./result.ts";

const failure: TaskResult = {
  ok: false,
  reason: "WrongKey",
  message: "give the key",
  retry: false,
};

describe("the result of a task", () => {
  it("is read from what the worker leaves", () => {
    expect(parseResult(`${JSON.stringify(failure)}\n`)).toEqual(failure);
    const deleted = {
      ...{ ok: true, operation: "delete", snapId: "20261121T051000Z-a1b2c3" },
      freed: { objects: 1, bytes: 2 },
    };
    expect(parseResult(JSON.stringify(deleted))).toEqual(deleted);
  });

  it.each(["", "Killed", "null", "{}", '{"ok":true}', '{"ok":false,"reason":"Other"}'])(
    "is none in %j",
    (text) => {
      expect(parseResult(text)).toBeUndefined();
    },
  );
});

describe("the progress of a task", () => {
  it("is the last that was told, also before a line that is cut", () => {
    const line = (keys: number): string =>
      JSON.stringify({ type: "progress", stage: "Reading", keys, bytes: 10 });
    expect(latestProgress(`${line(1)}\n${line(2)}\n${line(3).slice(0, 20)}`)?.keys).toBe(2);
    expect(latestProgress(JSON.stringify(failure))).toBeUndefined();
  });
});
