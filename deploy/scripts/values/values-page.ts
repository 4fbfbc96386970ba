import type { Group, Leaf } from "./value.ts";

/** The page docs/reference/chart-values.md. Pure. */
export function valuesPage(root: Group): string {
  return [
    "# Values of the chart",
    "",
    '<!-- Written by "npm run generate" from deploy/scripts/values. Do not edit. -->',
    "",
    "Of `deploy/chart`. A key that is not in this table is refused. Passwords and keys are never values: Secrets are named.",
    "",
    "| value | default | meaning |",
    "| --- | --- | --- |",
    ...rowsOf(root, []),
    "",
  ].join("\n");
}

function rowsOf({ children }: Group, path: readonly string[]): readonly string[] {
  return Object.entries(children).flatMap(([key, value]) => {
    const here = [...path, key];
    if (value.kind === "leaf") return [row(here, defaultOf(value), value.description)];
    return [row(here, "", `**${value.description}**`), ...rowsOf(value, here)];
  });
}

function row(path: readonly string[], fallback: string, meaning: string): string {
  return `| \`${path.join(".")}\` | ${fallback} | ${cell(meaning)} |`;
}

function defaultOf({ fallback, defaultText = "" }: Leaf): string {
  if (fallback === undefined) return defaultText === "not set" ? defaultText : `\`${defaultText}\``;
  return fallback === "" ? "empty" : `\`${cell(JSON.stringify(fallback))}\``;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}
