import type { VClusterSnapshot } from "@open-vcluster/crds";
import type { OwnedStatus } from "@open-vcluster/runtime";
import { toldOf } from "../world/verdict.ts";
import { withoutAbsent } from "../world/without-absent.ts";
import type { Report } from "./decision.ts";

type Status = NonNullable<VClusterSnapshot["status"]>;

/** The parts of the status that this controller writes: all of it. */
export const OWNED: OwnedStatus = {
  fields: [
    "phase",
    "observedGeneration",
    "snapshotID",
    "instanceUID",
    "location",
    "type",
    "revision",
    "keys",
    "logicalBytes",
    "storedBytes",
    "addedBytes",
    "parent",
    "chainLength",
    "identity",
    "rootHash",
    "verifiedLevel",
    "verificationTime",
    "dataRemovalTime",
    "verifications",
    "repair",
    "startTime",
    "completionTime",
    "expirationTime",
    "versions",
    "contents",
    "progress",
    "attempts",
  ],
  conditionTypes: ["Ready", "Stalled"],
};

/** The whole status after a report; what the report does not tell stays. Pure. */
export function statusOf(snapshot: VClusterSnapshot, report: Report, nowMs: number): Status {
  const { phase, fields = {} } = report;
  return withoutAbsent<Status>({
    ...snapshot.status,
    phase,
    ...toldOf(snapshot, report, nowMs),
    ...fields,
  });
}
