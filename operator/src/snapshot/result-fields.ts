import type { VClusterSnapshot } from "@open-vcluster/crds";
import { timeText } from "@open-vcluster/runtime";
import type { Report } from "./decision.ts";
import { storedResource } from "./engine/index.ts";
import { expirationMs, verificationOf } from "./facts.ts";
import { VERIFIED } from "./standing.ts";
import type { SnapshotResult } from "./worker/result.ts";

type Status = NonNullable<VClusterSnapshot["status"]>;

const TYPES: Readonly<Record<SnapshotResult["kind"], NonNullable<Status["type"]>>> = {
  full: "Full",
  "synthetic-full": "Full",
  incremental: "Incremental",
  imported: "Imported",
};
/** What a kind of the engine is called in a status. Pure. */
export function typeOfSnapshot(kind: SnapshotResult["kind"]): NonNullable<Status["type"]> {
  return TYPES[kind];
}

/** What is told of a snapshot that was made and read back. Pure. */
export function resultFields(
  snapshot: VClusterSnapshot,
  result: SnapshotResult,
  nowMs: number,
): Report {
  const completedMs = Date.parse(result.completedAt);
  const expiresMs = expirationMs(snapshot, completedMs);
  return {
    ...VERIFIED,
    fields: {
      type: typeOfSnapshot(result.kind),
      snapshotID: result.snapId,
      revision: String(result.revision),
      keys: result.keys,
      logicalBytes: result.logicalBytes,
      storedBytes: result.storedBytes,
      addedBytes: result.addedBytes,
      ...(result.parent === null ? {} : { parent: result.parent }),
      chainLength: result.chainLength,
      rootHash: result.rootHash,
      verifiedLevel: verificationOf(result.verifiedLevel),
      verificationTime: timeText(nowMs),
      completionTime: timeText(completedMs),
      expirationTime: expiresMs === undefined ? undefined : timeText(expiresMs),
      contents: result.inventory.map(({ prefix, keys }) => ({
        kind: storedResource(prefix),
        objects: keys,
      })),
      progress: undefined,
    },
  };
}
