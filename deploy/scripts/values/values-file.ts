import { stringify } from "yaml";
import type { Group, Leaf, Value } from "./value.ts";

const WIDTH = 110;

/** The chart's values.yaml: every value with its default and what it means. Pure. */
export function valuesFile(root: Group): string {
  return [
    '# Written by "npm run generate" from deploy/scripts/values. Do not edit.',
    "# docs/reference/chart-values.md has the same as a table.",
    ...linesOf(root, 0),
    "",
  ].join("\n");
}

function linesOf({ children }: Group, depth: number): readonly string[] {
  return Object.entries(children).flatMap(([key, value]) => {
    const indent = "  ".repeat(depth);
    const comment = wrapped(`${value.description}.`, `${indent}# `);
    const gap = depth === 0 ? [""] : [];
    return [...gap, ...comment, ...entryOf(key, value, depth)];
  });
}

function entryOf(key: string, value: Value, depth: number): readonly string[] {
  const indent = "  ".repeat(depth);
  if (value.kind === "leaf") return leafLines(key, value).map((line) => `${indent}${line}`);
  const isFilled = Object.values(value.children).some(hasFallback);
  // A group without defaults is an empty map: its keys are shown and left out.
  return [`${indent}${key}:${isFilled ? "" : " {}"}`, ...linesOf(value, depth + 1)];
}

function leafLines(key: string, { fallback, defaultText = "" }: Leaf): readonly string[] {
  if (fallback === undefined) return [`# ${key}: ${defaultText}`];
  return stringify({ [key]: fallback }, { lineWidth: 0, version: "1.1" })
    .trimEnd()
    .split("\n");
}

function hasFallback(value: Value): boolean {
  return value.kind === "leaf"
    ? value.fallback !== undefined
    : Object.values(value.children).some(hasFallback);
}

function wrapped(text: string, prefix: string): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && prefix.length + line.length + 1 + word.length > WIDTH) {
      lines.push(`${prefix}${line}`);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, `${prefix}${line}`];
}
