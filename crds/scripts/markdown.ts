/** A Markdown table. Cells must not contain line breaks or bare pipes; see {@link cell}. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Text that stays within its cell. */
export function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("\n", " ");
}

/** Text as code within a cell. */
export function code(text: string): string {
  return `\`${text.replaceAll("|", "\\|").replaceAll("\n", " ")}\``;
}
