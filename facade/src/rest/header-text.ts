import type { FieldHeader } from "@open-vcluster/api";

/**
 * The text within a header that stands for a field: without its quotes, which only `If-Match` must have.
 *
 * @returns empty for `*`, which every version matches; absent for a weak or a second entity tag
 */
export function headerText(name: FieldHeader, value: string): string | undefined {
  const quoted = /^"([^"]*)"$/.exec(value.trim())?.[1];
  if (name === "idempotency-key") return quoted ?? value.trim();
  return value.trim() === "*" ? "" : quoted;
}
