import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FILE_NAME = /^(licen[cs]e|copying|notice)([.-].*)?$/i;
const CODE = /\.(go|js|ts|json)$/;

/** What the authors of a package ask to be shipped with it: each licence and notice in its directory. */
export function licenceTexts(directory: string): readonly string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isFile() && FILE_NAME.test(entry.name) && !CODE.test(entry.name))
    .map(({ name }) => name)
    .sort()
    .map((name) => readFileSync(join(directory, name), "utf8").replaceAll("\r\n", "\n").trim());
}

const PHRASES: readonly (readonly [string, RegExp])[] = [
  ["Apache-2.0", /Apache License,?\s+Version 2\.0/],
  ["MPL-2.0", /Mozilla Public License,? version 2\.0/i],
  ["MIT", /Permission is hereby granted, free of charge/],
  ["ISC", /Permission to use, copy, modify, and(?:\/or)? distribute this software/],
  [
    "BSD-3-Clause",
    /Redistribution and use[^]*(?:Neither the name|names of (?:its|any) contributors)/,
  ],
  ["BSD-2-Clause", /Redistribution and use/],
];

/**
 * SPDX expression for the texts of a package that does not declare one. Pure.
 * @returns undefined when no text is known
 */
export function licenceOf(texts: readonly string[]): string | undefined {
  const found = new Set<string>();
  for (const text of texts) {
    const [identifier] = PHRASES.find(([, phrase]) => phrase.test(text)) ?? [];
    if (identifier !== undefined) found.add(identifier);
  }
  return found.size === 0 ? undefined : [...found].sort().join(" AND ");
}
