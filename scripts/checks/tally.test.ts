import { describe, expect, it } from "@jest/globals";
import { jestCounts, slowestFiles } from "./jest-report.ts";
import { lastLine, type Outcome, overview, tallyOf } from "./tally.ts";

const unit: Outcome = { name: "unit", passed: 40, failed: 1, skipped: [], elapsedMs: 1_500 };
const node: Outcome = {
  name: "node",
  passed: 0,
  failed: 0,
  skipped: ["root is needed"],
  elapsedMs: 0,
};

describe("the end of make test", () => {
  it("adds all steps up", () => {
    expect(lastLine(tallyOf([unit, { ...unit, failed: 0 }], false))).toBe("80 passed, 1 failed");
  });

  it("names what did not run, and why", () => {
    expect(lastLine(tallyOf([unit, node], false))).toBe("40 passed, 1 failed, 1 skipped");
    expect(overview([unit, node], false)).toContain("Skipped:\n  node: root is needed");
  });

  it("counts what did not run as failed in continuous integration", () => {
    expect(lastLine(tallyOf([unit, node], true))).toBe("40 passed, 2 failed");
  });
});

describe("the counts of a Jest run", () => {
  const report = {
    numPassedTests: 3,
    numFailedTests: 0,
    numRuntimeErrorTestSuites: 0,
    testResults: [],
  };

  it("are those of its report", () => {
    expect(jestCounts(report, 0)).toEqual({ passed: 3, failed: 0, skipped: [] });
  });

  it("fail when Jest wrote no report", () => {
    expect(jestCounts(undefined, 1).failed).toBe(1);
  });

  it("fail when every test passed but Jest did not", () => {
    expect(jestCounts(report, 1).failed).toBe(1);
  });

  it("count a file that cannot be run", () => {
    expect(jestCounts({ ...report, numRuntimeErrorTestSuites: 2 }, 1).failed).toBe(2);
  });

  it("name tests that are switched off", () => {
    const assertionResults = [{ fullName: "a suspends", status: "pending" }];
    expect(
      jestCounts(
        { ...report, testResults: [{ name: "", startTime: 0, endTime: 0, assertionResults }] },
        0,
      ).skipped,
    ).toEqual(['test "a suspends" is switched off']);
  });
});

describe("the slowest files of a Jest run", () => {
  it("come longest first, below the root, and no more than asked for", () => {
    const file = (name: string, seconds: number) => ({
      name: `/repository/${name}`,
      startTime: 5_000,
      endTime: 5_000 + seconds * 1_000,
      assertionResults: [],
    });
    const report = {
      numPassedTests: 0,
      numFailedTests: 0,
      numRuntimeErrorTestSuites: 0,
      testResults: [file("a.test.ts", 1), file("b.test.ts", 60), file("c.test.ts", 2)],
    };
    expect(slowestFiles(report, "/repository", 2)).toEqual([
      "    60.0 s  b.test.ts",
      "     2.0 s  c.test.ts",
    ]);
  });
});
