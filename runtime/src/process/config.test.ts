import { describe, expect, it } from "@jest/globals";
import {
  booleanVariable,
  choiceVariable,
  describeFault,
  durationVariable,
  integerVariable,
  listVariable,
  optionalVariable,
  parseConfig,
  textVariable,
} from "./config.ts";

const help = "Any.";
const table = {
  name: textVariable({ name: "NAME", help }),
  workers: integerVariable({ name: "WORKERS", help, fallback: "4", min: 1, max: 64 }),
  timeoutMs: durationVariable({
    name: "TIMEOUT",
    help,
    fallback: "1h30m",
    minMs: 1,
    maxMs: 86_400_000,
  }),
  level: choiceVariable({ name: "LEVEL", help, fallback: "info", choices: ["debug", "info"] }),
  dryRun: booleanVariable({ name: "DRY_RUN", help, fallback: "false" }),
  hosts: listVariable({
    name: "HOSTS",
    help,
    fallback: "a, b,,c",
    allowed: "at most three hosts",
    isAllowed: (hosts) => hosts.length <= 3,
  }),
  file: optionalVariable(textVariable({ name: "FILE", help })),
};

describe("parseConfig", () => {
  it("reads values and defaults", () => {
    expect(parseConfig(table, { NAME: "x", WORKERS: "8", DRY_RUN: "true", LEVEL: "" })).toEqual({
      config: {
        name: "x",
        workers: 8,
        timeoutMs: 5_400_000,
        level: "info",
        dryRun: true,
        hosts: ["a", "b", "c"],
        file: undefined,
      },
    });
  });

  it("reports every fault at once, with what was found and what is allowed", () => {
    const { faults } = parseConfig(table, {
      WORKERS: "65",
      TIMEOUT: "5 minutes",
      LEVEL: "loud",
      DRY_RUN: "yes",
      HOSTS: "a,b,c,d",
    });
    expect(faults?.map(describeFault)).toEqual([
      "NAME is not set; allowed: text",
      'WORKERS is "65"; allowed: a whole number from 1 to 64',
      'TIMEOUT is "5 minutes"; allowed: a duration such as 500ms, 30s or 1h30m, from 1 ms to 86400000 ms',
      'LEVEL is "loud"; allowed: debug, info',
      'DRY_RUN is "yes"; allowed: true, false',
      'HOSTS is "a,b,c,d"; allowed: at most three hosts',
    ]);
  });

  it.each(["4.5", "0x4", "", " 4", "1e1", "-0", "99999999999999999999"])(
    "takes %j for no whole number",
    (text) => {
      const workers = integerVariable({ name: "WORKERS", help, min: 1, max: 64 });
      expect(parseConfig({ workers }, { WORKERS: text }).faults).toHaveLength(1);
    },
  );
});
