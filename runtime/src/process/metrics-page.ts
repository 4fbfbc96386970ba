import { createMetrics, type MetricSpec } from "./metrics.ts";

/** Which program's metrics, and what is in none of them. */
export interface MetricsPageOptions {
  /** What it is called in a sentence, such as `operator`. */
  readonly program: string;
  /** As in its metrics. */
  readonly prefix: string;
  /** Paragraphs below the table of its own metrics. */
  readonly notes: readonly string[];
}

/** The reference page of a program's metrics, Markdown. */
export async function metricsPage(
  { program, prefix, notes }: MetricsPageOptions,
  specs: readonly MetricSpec[],
): Promise<string> {
  return [
    `# Metrics of the ${program}`,
    "",
    '<!-- Written by "npm run generate". Do not edit. -->',
    "",
    "Served at `/metrics` of the health port, in the text format of Prometheus. Values of labels come from closed sets;",
    "no metric has the name of an instance, a namespace or a caller. Times are in seconds.",
    "",
    "| metric | type | labels | meaning |",
    "| --- | --- | --- | --- |",
    ...specs.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map((spec) => rowOf(prefix, spec)),
    "",
    ...notes.flatMap((note) => [note, ""]),
    "## The process",
    "",
    "| metric | type | meaning |",
    "| --- | --- | --- |",
    ...(await processRows(prefix)),
    "",
  ].join("\n");
}

function rowOf(prefix: string, { name, type, labels = {}, help }: MetricSpec): string {
  const list = Object.entries(labels).map(([label, values]) => `\`${label}\`: ${values}`);
  return `| \`${prefix}${name}\` | ${type} | ${list.join("; ")} | ${help} |`;
}

/** In the words of the library that measures them. */
async function processRows(prefix: string): Promise<readonly string[]> {
  const lines = (await createMetrics({ prefix }).text()).split("\n");
  const wordsOf = (kind: string): ReadonlyMap<string, string> =>
    new Map(
      lines.flatMap((line) => {
        const [, name, words] = new RegExp(`^# ${kind} (\\S+) (.*)$`).exec(line) ?? [];
        return name === undefined || words === undefined ? [] : [[name, words] as const];
      }),
    );
  const types = wordsOf("TYPE");
  return [...wordsOf("HELP")].map(
    ([name, help]) => `| \`${name}\` | ${types.get(name) ?? ""} | ${help.trim()} |`,
  );
}
