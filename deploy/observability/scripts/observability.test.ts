import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { DASHBOARD, dashboardJson } from "./dashboard.ts";
import { exportedNames, namesIn } from "./metric-names.ts";
import { ROWS } from "./panels.ts";

const RULES = new URL("../rules/", import.meta.url);
const RUNBOOKS = new URL("../../../docs/runbooks/", import.meta.url);
const SECTIONS = ["## Meaning", "## Impact", "## Diagnosis", "## Mitigation"];

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook_url: string };
}

function yamlOf(name: string): unknown {
  return parse(readFileSync(new URL(name, RULES), "utf8")) as unknown;
}

const { groups } = yamlOf("alerts.yaml") as {
  groups: readonly { readonly rules: readonly Alert[] }[];
};
const ALERTS = groups.flatMap(({ rules }) => rules);
const EXPORTED = exportedNames();

function unknownIn(expression: string): readonly string[] {
  return namesIn(expression).filter((name) => !EXPORTED.has(name));
}

describe("names of metrics in expressions", () => {
  it("are found, and not in the values of labels", () => {
    expect(namesIn('sum(rate(open_vcluster_gone{code="open_vcluster_x"}[5m]))')).toEqual([
      "open_vcluster_gone",
    ]);
  });
});

describe("the dashboard", () => {
  it("is what npm run generate writes", () => {
    expect(readFileSync(DASHBOARD, "utf8")).toBe(dashboardJson());
  });

  it("asks for metrics that exist", () => {
    const expressions = ROWS.flatMap(({ panels }) =>
      panels.flatMap(({ queries }) => queries.map(([expression]) => expression)),
    );
    expect(expressions.length).toBeGreaterThan(20);
    expect(expressions.flatMap(unknownIn)).toEqual([]);
  });
});

describe("the alerts", () => {
  it.each(ALERTS)("$alert asks for metrics that exist", ({ expr }) => {
    expect(namesIn(expr)).not.toEqual([]);
    expect(unknownIn(expr)).toEqual([]);
  });

  it.each(ALERTS)("$alert has its runbook", ({ alert, annotations, labels }) => {
    expect(annotations.runbook_url.endsWith(`/docs/runbooks/${alert}.md`)).toBe(true);
    expect(["critical", "warning"]).toContain(labels.severity);
    const page = new URL(`${alert}.md`, RUNBOOKS);
    expect(existsSync(page)).toBe(true);
    const text = readFileSync(page, "utf8");
    expect(SECTIONS.filter((section) => !text.includes(section))).toEqual([]);
  });

  it("have a runbook each and no other", () => {
    const pages = readdirSync(RUNBOOKS).map((file) => file.replace(".md", ""));
    expect(pages.sort()).toEqual(ALERTS.map(({ alert }) => alert).sort());
  });

  it("have a case each", () => {
    const { tests } = yamlOf("alerts_test.yaml") as {
      tests: readonly { readonly alert_rule_test: readonly { readonly alertname: string }[] }[];
    };
    const tested = tests.flatMap((test) => test.alert_rule_test.map(({ alertname }) => alertname));
    expect([...new Set(tested)].sort()).toEqual(ALERTS.map(({ alert }) => alert).sort());
  });
});
