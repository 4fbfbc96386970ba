import { supportedChartLines } from "../src/values/chart-versions.ts";
import { ALLOWED } from "../src/values/deny/allowed.ts";
import { checkValues } from "../src/values/deny/check.ts";
import { parsePath } from "../src/values/deny/path.ts";
import { describeRefusal, type RefusalClass } from "../src/values/deny/refusal.ts";
import type { DenyGroup } from "../src/values/deny/rules.ts";
import { DENY_GROUPS } from "../src/values/deny/verdicts.ts";
import type { JsonObject, JsonValue } from "../src/values/json.ts";

const TITLES: Readonly<Record<DenyGroup["class"], readonly [title: string, text: string]>> = {
  owned: [
    "Owned by the operator",
    "The operator sets these itself. No configuration lets them through.",
  ],
  inert: [
    "Inert or crashing in the open-source image",
    "The chart accepts these, but the open-source control plane ignores them or stops at start. No configuration lets them through.",
  ],
  reach: [
    "Reaching outside the namespace or weakening pod security",
    "The operator's own configuration may allow single paths of this class; no field of an instance can.",
  ],
};

/**
 * The page docs/reference/refused-values.md: each refused path with the message that its author gets.
 *
 * @returns Markdown
 */
export function refusedValuesPage(): string {
  const classes = Object.keys(TITLES) as readonly DenyGroup["class"][];
  return [
    "# Refused values",
    "",
    '<!-- Written by "npm run generate". Do not edit. -->',
    "",
    "`spec.values` of a `VClusterInstance` are values of the vcluster chart. Each of the paths below, and everything under it, is refused",
    "before Helm runs: the condition `SpecAccepted` becomes `False` with reason `ValuesRefused` and names every refused path.",
    "Typed fields that end at a path of the last class are refused alike, with reason `FieldRefused`.",
    "What is in no table of this page is refused as unknown.",
    "",
    ...classes.flatMap(section),
    ...allowedSection(),
    ...malformedSection(),
  ].join("\n");
}

function section(name: DenyGroup["class"]): readonly string[] {
  const [title, text] = TITLES[name];
  const rows = DENY_GROUPS.filter((group) => group.class === name).flatMap((group) =>
    group.paths.map((path) => row(path, group)),
  );
  return [
    `## ${title}`,
    "",
    `Class \`${name}\`. ${text}`,
    "",
    "| path | charts | message |",
    "|---|---|---|",
    ...rows,
    "",
  ];
}

function row(path: string, group: DenyGroup): string {
  return `| \`${path}\` | ${chartsOf(group)} | ${messageOf(path, group)} |`;
}

function chartsOf(group: DenyGroup): string {
  if (group.from !== undefined) return `${group.from} and later`;
  return group.before === undefined ? "all" : `before ${group.before}`;
}

// The message comes from the check itself, so that the page cannot say what the operator does not.
function messageOf(pattern: string, group: DenyGroup): string {
  const lines = supportedChartLines();
  const chart = group.before === undefined ? lines.at(-1) : lines[0];
  const path = (parsePath(pattern) ?? []).map((key) => (key === "*" ? "NAME" : key));
  const values = path.reduceRight<JsonValue>((below, key) => ({ [key]: below }), true);
  const options = { chartVersion: chart?.tested ?? "", allowed: [] };
  const [refusal] = checkValues(values as JsonObject, options);
  if (refusal === undefined) throw new Error(`${pattern} is not refused`);
  return describeRefusal(refusal);
}

function allowedSection(): readonly string[] {
  return [
    "## Allowed",
    "",
    "Where a value does not fit, it is refused with class `reach`.",
    "",
    "| path | allowed there |",
    "|---|---|",
    ...ALLOWED.flatMap(({ accepts, paths }) =>
      paths.map((path) => `| \`${path}\` | ${accepts.description.replaceAll("|", "\\|")} |`),
    ),
    "",
  ];
}

function malformedSection(): readonly string[] {
  const malformed: RefusalClass = "malformed";
  const cases: readonly JsonObject[] = [
    { controlPlane: null },
    { logging: { encoding: "{{ .Values }}" } },
    { logging: { encoding: "json\nmore: values" } },
    { controlPlane: { statefulSet: { labels: { "a b": "c" } } } },
    { logging: { encoding: "x".repeat(256 * 1024) } },
    { logging: deeper(1, 40) },
  ];
  const chartVersion = supportedChartLines().at(-1)?.tested ?? "";
  const messages = cases.flatMap((values) => checkValues(values, { chartVersion, allowed: [] }));
  return [
    "## Malformed anywhere",
    "",
    `Class \`${malformed}\`. No configuration lets these through. Examples:`,
    "",
    ...messages.map((refusal) => `- ${describeRefusal(refusal)}`),
    "",
  ];
}

function deeper(value: JsonValue, levels: number): JsonValue {
  return levels === 0 ? value : { a: deeper(value, levels - 1) };
}
