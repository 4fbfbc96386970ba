import { expect, it } from "@jest/globals";
import { createProgress } from "./progress.ts";
import { latestProgress } from "./result.ts";

it("prints progress at most once a second", () => {
  const lines: string[] = [];
  let nowMs = 0;
  const tell = createProgress(
    (line) => lines.push(line),
    () => nowMs,
  );
  for (nowMs = 0; nowMs <= 2_500; nowMs += 100) {
    tell({ stage: "Reading", keys: nowMs, bytes: 0 });
  }
  expect(lines).toHaveLength(3);
  expect(latestProgress(lines.join("\n"))).toMatchObject({ stage: "Reading", keys: 2_000 });
});
