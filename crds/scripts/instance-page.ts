import { readdirSync, readFileSync } from "node:fs";
import { TRANSITIONS } from "../src/transitions.ts";
import { REFUSED_CREATES } from "../test/refused-creates.ts";
import { REFUSED_UPDATES } from "../test/refused-updates.ts";
import { schemaNodes } from "../test/schema-nodes.ts";
import { code, table } from "./markdown.ts";
import { createRules, fieldTable, page, updateRules } from "./sections.ts";

const examples = new URL("../examples/", import.meta.url);

/** The reference of VClusterInstance as Markdown, from the schema and the constants. */
export function instancePage(): string {
  const nodes = schemaNodes("VClusterInstance");
  return page(
    "VClusterInstance",
    "One virtual Kubernetes cluster. `apiVersion: openvcluster.io/v1alpha1`, short name `vci`, category `vcluster`, namespaced.",
    "## Examples",
    exampleList(),
    "## spec",
    fieldTable(nodes, "spec"),
    "## status",
    "Written by the operator, rebuilt from the cluster if lost.",
    fieldTable(nodes, "status"),
    "## Rules",
    "What the API server refuses, with the message that it gives. A rule is repeated at each place in its first column.",
    "### For new objects",
    createRules(REFUSED_CREATES),
    "### For changes",
    updateRules(REFUSED_UPDATES),
    "## Conditions",
    "See [conditions and reasons](conditions.md) and [events](events.md).",
    "## Phases",
    "`status.phase` is for people; programs read the conditions. New values may appear.",
    table(
      ["phase", "next, by event"],
      Object.entries(TRANSITIONS).map(([phase, exits]) => [code(phase), exitList(exits)]),
    ),
  );
}

function exampleList(): string {
  const rows = readdirSync(examples)
    .toSorted()
    .map((file) => `- [${file}](../../crds/examples/${file}): ${firstSentence(file)}`);
  return rows.join("\n");
}

function firstSentence(file: string): string {
  const lines = readFileSync(new URL(file, examples), "utf8").split("\n");
  const end = lines.findIndex((line) => !line.startsWith("# "));
  const comment = lines
    .slice(0, end)
    .map((line) => line.slice(2))
    .join(" ");
  return comment.slice(0, comment.search(/\.( |$)/) + 1);
}

function exitList(exits: Readonly<Record<string, string>>): string {
  const list = Object.entries(exits).map(([event, to]) => `${code(to)} (${event})`);
  return list.length === 0 ? "none: the instance is gone" : list.join(", ");
}
