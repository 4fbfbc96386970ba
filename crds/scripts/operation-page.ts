import {
  LEAST_OPERATION,
  REFUSED_OPERATION_UPDATES,
  REFUSED_OPERATIONS,
} from "../test/operation-refusals.ts";
import { schemaNodes } from "../test/schema-nodes.ts";
import { createRules, fieldTable, page, updateRules } from "./sections.ts";

/** The reference of VClusterOperation as Markdown, from the schema and the constants. */
export function operationPage(): string {
  const nodes = schemaNodes("VClusterOperation");
  return page(
    "VClusterOperation",
    "One accepted write of the API. `apiVersion: openvcluster.io/v1alpha1`, short name `vcop`, category `vcluster`, namespaced: all are in the operator's own namespace. The API makes them, the operator follows and removes them; see [operations](../concept/operations.md).",
    "## spec",
    fieldTable(nodes, "spec"),
    "## status",
    "Written by the operator.",
    fieldTable(nodes, "status"),
    "## Rules",
    "What the API server refuses, with the message that it gives.",
    "### For new objects",
    createRules(REFUSED_OPERATIONS, LEAST_OPERATION),
    "### For changes",
    updateRules(REFUSED_OPERATION_UPDATES),
    "## Conditions",
    "See [conditions and reasons](conditions.md); `status.error.reason` is one of [these](conditions.md#reasons-of-operations), or of the instance's.",
  );
}
