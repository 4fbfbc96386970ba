import { KINDS } from "../test/kinds.ts";
import { type Kind, schemaNodes } from "../test/schema-nodes.ts";
import { createRules, fieldTable, page, updateRules } from "./sections.ts";

/** The reference of VClusterSnapshotLocation as Markdown, from the schema. */
export function locationPage(): string {
  return kindPage(
    "VClusterSnapshotLocation",
    "A place where the snapshots of a namespace are kept. `apiVersion: openvcluster.io/v1alpha1`, short name `vcloc`, category `vcluster`, namespaced. Each namespace has a repository of its own below the location's prefix.",
  );
}

/** The reference of VClusterSnapshot as Markdown, from the schema. */
export function snapshotPage(): string {
  return kindPage(
    "VClusterSnapshot",
    "One snapshot of one virtual cluster. `apiVersion: openvcluster.io/v1alpha1`, short name `vcsnap`, category `vcluster`, namespaced. Made by people, by the API, by the operator before what cannot be undone, and by the operator for what it finds in a location.",
  );
}

/** The reference of VClusterRestore as Markdown, from the schema. */
export function restorePage(): string {
  return kindPage(
    "VClusterRestore",
    "One restore of one snapshot. `apiVersion: openvcluster.io/v1alpha1`, short name `vcrestore`, category `vcluster`, namespaced.",
  );
}

function kindPage(kind: Kind, summary: string): string {
  const nodes = schemaNodes(kind);
  const cases = KINDS.find((candidate) => candidate.kind === kind);
  if (cases === undefined) throw new Error(`${kind} has no cases`);
  return page(
    kind,
    summary,
    "## spec",
    fieldTable(nodes, "spec"),
    "## status",
    "Written by the operator.",
    fieldTable(nodes, "status"),
    "## Rules",
    "What the API server refuses, with the message that it gives.",
    "### For new objects",
    createRules(cases.refusedCreates, cases.leastSpec),
    "### For changes",
    updateRules(cases.refusedUpdates),
    "## Conditions",
    "See [conditions and reasons](conditions.md#reasons-of-snapshots-and-restores).",
  );
}
