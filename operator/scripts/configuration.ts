import type { Variable } from "@open-vcluster/runtime";
import { OPERATOR_VARIABLES } from "../src/config.ts";

/**
 * The page docs/reference/configuration.md: every environment variable of the operator.
 *
 * @returns Markdown
 */
export function configurationPage(): string {
  return [
    "# Configuration of the operator",
    "",
    '<!-- Written by "npm run generate". Do not edit. -->',
    "",
    "Environment variables, read once at start. An empty variable counts as not set. A value that is not allowed",
    "ends the operator with exit code 2 and one line for each fault.",
    "",
    "| variable | default | allowed | meaning |",
    "| --- | --- | --- | --- |",
    ...Object.values(OPERATOR_VARIABLES).map(rowOf),
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
