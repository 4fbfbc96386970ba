import type { Variable, VariableTable } from "./config.ts";

/**
 * The reference page of a program's environment variables, Markdown. Pure.
 *
 * @param program - What it is called in a sentence, such as `operator`.
 */
export function variablesPage(program: string, table: VariableTable): string {
  return [
    `# Configuration of the ${program}`,
    "",
    '<!-- Written by "npm run generate". Do not edit. -->',
    "",
    "Environment variables, read once at start. An empty variable counts as not set. A value that is not allowed",
    `ends the ${program} with exit code 2 and one line for each fault.`,
    "",
    "| variable | default | allowed | meaning |",
    "| --- | --- | --- | --- |",
    ...Object.values(table).map(rowOf),
    "",
  ].join("\n");
}

function rowOf({ name, fallback, isOptional, allowed, help }: Variable<unknown>): string {
  const cells = [`\`${name}\``, defaultOf(fallback, isOptional), cell(allowed), cell(help)];
  return `| ${cells.join(" | ")} |`;
}

function defaultOf(fallback: string | undefined, isOptional: boolean): string {
  if (fallback === undefined) return isOptional ? "not set" : "none: must be set";
  return fallback === "" ? "empty" : `\`${fallback}\``;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}
