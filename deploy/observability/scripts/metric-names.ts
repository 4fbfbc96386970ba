import { readFileSync } from "node:fs";

const REFERENCE = new URL("../../../docs/reference/", import.meta.url);
const PAGES = ["metrics.md", "facade-metrics.md"];

/** Endings that a histogram adds to its name. */
const SERIES = ["_bucket", "_count", "_sum"];

/** Every name that a program exports, from the reference that is generated from its code. */
export function exportedNames(): ReadonlySet<string> {
  const rows = PAGES.flatMap((page) => readFileSync(new URL(page, REFERENCE), "utf8").split("\n"));
  return new Set(
    rows.flatMap((row) => {
      const [, name, type] = /^\| `(\w+)` \| (\w+) \|/.exec(row) ?? [];
      if (name === undefined) return [];
      return type === "histogram" ? SERIES.map((series) => `${name}${series}`) : [name];
    }),
  );
}

/** The names of our metrics that an expression asks for; what is quoted is the value of a label. Pure. */
export function namesIn(expression: string): readonly string[] {
  return expression.replaceAll(/"[^"]*"/g, '""').match(/\bopen_vcluster_\w+/g) ?? [];
}
