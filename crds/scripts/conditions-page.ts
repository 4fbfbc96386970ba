import { CONDITIONS, REASONS } from "../src/conditions.ts";
import { OPERATION_REASONS } from "../src/operation-reasons.ts";
import { SNAPSHOT_REASONS } from "../src/snapshot-reasons.ts";
import { code, table } from "./markdown.ts";
import { page, reasonTable } from "./sections.ts";

/** The reference of conditions and reasons of all kinds as Markdown, from the constants. */
export function conditionsPage(): string {
  return page(
    "Conditions and reasons",
    "Programs read conditions, people read phases. `Ready`, `Reconciling`, `Stalled` and `observedGeneration` mean what [kstatus](https://github.com/kubernetes-sigs/cli-utils/tree/master/pkg/kstatus) asks for; see [clusters from Git](../how-to/gitops.md).",
    "## Conditions",
    "Of a `VClusterInstance`:",
    table(
      ["type", "True means"],
      Object.entries(CONDITIONS).map(([type, text]) => [code(type), text]),
    ),
    "Of a `VClusterOperation`:",
    table(
      ["type", "True means"],
      [
        [code("Ready"), "It was carried out. False after any other end, Unknown before the end."],
        [code("Stalled"), "It ended without having been carried out. Absent otherwise."],
      ],
    ),
    "Of a `VClusterSnapshotLocation`:",
    table(
      ["type", "True means"],
      [
        [code("Available"), "It can be used as `accessMode` says."],
        [code("Ready"), "The same, for tools."],
      ],
    ),
    "Of a `VClusterSnapshot` and a `VClusterRestore`:",
    table(
      ["type", "True means"],
      [
        [
          code("Ready"),
          "The snapshot was read back as asked for; the restore is done. Unknown before that, False when it failed.",
        ],
        [code("Stalled"), "It failed for good. Absent otherwise."],
      ],
    ),
    "## Reasons",
    "`reason` of a condition of an instance, or of an event. A reason never gets a second meaning.",
    reasonTable(REASONS),
    "## Reasons of operations",
    "An operation that fails for the sake of its instance carries a reason of that.",
    reasonTable(OPERATION_REASONS),
    "## Reasons of snapshots and restores",
    "And of their locations.",
    reasonTable(SNAPSHOT_REASONS),
  );
}
