import { describe, expect, it } from "@jest/globals";
import { microTimeText, timeText } from "./time-text.ts";

const MS = Date.UTC(2026, 0, 2, 3, 4, 5, 67);

describe("texts of a moment", () => {
  it("are as exact as Kubernetes wants them", () => {
    expect(timeText(MS)).toBe("2026-01-02T03:04:05Z");
    expect(microTimeText(MS)).toBe("2026-01-02T03:04:05.067000Z");
  });
});
