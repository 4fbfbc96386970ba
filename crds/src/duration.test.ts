import { describe, expect, it } from "@jest/globals";
import { formatDuration, parseDuration } from "./duration.ts";

describe("parseDuration", () => {
  it.each([
    ["90s", 90_000],
    ["5m", 300_000],
    ["1h30m", 5_400_000],
    ["1h0m5s", 3_605_000],
    ["0s", 0],
  ])("reads %s as %d ms", (text, durationMs) => {
    expect(parseDuration(text)).toBe(durationMs);
  });

  it.each(["", "5", "5 m", "m", "30m1h", "1d", "-5m", "1.5h", "999999s"])("refuses %j", (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe("formatDuration", () => {
  it.each([
    [5_400_000, "1h30m"],
    [90_000, "1m30s"],
    [1, "1s"],
    [0, "0s"],
    [-5, "0s"],
    [86_400_000, "24h"],
  ])("writes %d ms as %s", (durationMs, text) => {
    expect(formatDuration(durationMs)).toBe(text);
  });
});
