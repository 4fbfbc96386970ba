import type { DescField } from "@bufbuild/protobuf";
import type { WireFieldRule } from "../src/translate/field-rule.ts";
import { type WireField, wireFields } from "../src/translate/wire-field.ts";

/**
 * The page docs/reference/api-fields.md: what the server does with every field of the API.
 *
 * @returns Markdown
 */
export function apiFieldsPage(): string {
  const messages = Map.groupBy(wireFields(), ({ message }) => message);
  return [
    "# Fields of the API",
    "",
    '<!-- Written by "npm run generate". Do not edit. -->',
    "",
    "What the server does with every field of every message of `vcluster.api.v1`. A field **acts** where a path of the",
    "`VClusterInstance` is named, or as the sentence says. One that is **refused** is INVALID_ARGUMENT when a request sets",
    "it, unless it says otherwise. **Output** is set by the server; no request carries it.",
    ...[...messages].flatMap(([message, fields]) => sectionOf(message, fields)),
    "",
  ].join("\n");
}

function sectionOf(message: string, fields: readonly WireField[]): readonly string[] {
  return [
    "",
    `## ${message}`,
    "",
    "| number | field | rule | effect or advice |",
    "| --- | --- | --- | --- |",
    ...fields.map(({ field, rule }) => rowOf(field, rule)),
  ];
}

function rowOf(field: DescField, rule: WireFieldRule | undefined): string {
  const cells = [String(field.number), `\`${field.name}\``, rule?.kind ?? "", textOf(rule)];
  return `| ${cells.join(" | ")} |`;
}

function textOf(rule: WireFieldRule | undefined): string {
  switch (rule?.kind) {
    case "acts":
      return rule.effect;
    case "refused":
      return rule.advice;
    case "output":
    case undefined:
      return "";
  }
}
