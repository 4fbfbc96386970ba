import {
  VCLUSTER_SNAPSHOT,
  VCLUSTER_SNAPSHOT_LOCATION,
  type VClusterSnapshot,
  type VClusterSnapshotLocation,
} from "@open-vcluster/crds";
import type { ReconcileResult, RuntimeDeps } from "@open-vcluster/runtime";
import type { SnapshotDeps } from "../snapshot/controller.ts";
import type { Report } from "../snapshot/decision.ts";
import { record } from "../snapshot/record.ts";
import { REGAINED } from "../snapshot/standing.ts";
import { createOnce } from "../world/create-once.ts";
import { refusalWords } from "../world/refusal.ts";
import { runController, type WokenController } from "../world/run-controller.ts";
import { writeStatus } from "../world/write-status.ts";
import { foundObject, foundReport } from "./found.ts";
import { locationKeyOf, objectsOf } from "./objects.ts";
import type { Probe } from "./probe.ts";
import { searchLocation } from "./search.ts";
import { type Finding, locationStatus, OWNED, type ShownFinding, untilDueMs } from "./status.ts";
import { planSync } from "./sync.ts";

/** One bucket that does not answer takes up to 20 s, and must not keep others waiting. */
const WORKERS = 32;

/** Tries locations, and makes the snapshots that they hold known, until the signal aborts. */
export async function runLocationController(
  deps: SnapshotDeps,
  runtime: RuntimeDeps,
  signal: AbortSignal,
): Promise<void> {
  const { locations } = deps.caches;
  const spec: WokenController = {
    name: "location",
    workers: WORKERS,
    reconcile: (key, passSignal) => reconcile(key, deps, passSignal),
    wake: (controller) => [
      locations.onChange(({ key }) => {
        controller.enqueue(key);
      }),
    ],
    known: () => locations.keys(),
  };
  await runController(spec, runtime, signal);
}

async function reconcile(
  key: string,
  deps: SnapshotDeps,
  signal: AbortSignal,
): Promise<ReconcileResult> {
  const { caches, clock, logger, client } = deps;
  const location = caches.locations.get(key);
  if (location === undefined || location.metadata.deletionTimestamp !== undefined) return {};
  const nowMs = clock.nowMs();
  const dueInMs = untilDueMs(location, nowMs);
  if (dueInMs > 0) return { requeueAfterMs: dueInMs };
  const findings = await searchLocation(location, deps, signal);
  const shown: ShownFinding[] = [];
  for (const finding of findings) {
    shown.push(await show(finding, { location, searchedMs: nowMs }, deps, signal));
  }
  const status = locationStatus(location, shown, clock.nowMs());
  const written = { type: VCLUSTER_SNAPSHOT_LOCATION, owned: OWNED, onlyAsRead: false, status };
  await writeStatus({ ...written, object: location }, client, signal);
  const { name, namespace } = location.metadata;
  logger.debug({ location: name, namespace, phase: status.phase }, "Tried");
  return { requeueAfterMs: untilDueMs({ ...location, status }, clock.nowMs()) };
}

interface Search {
  readonly location: VClusterSnapshotLocation;
  readonly searchedMs: number;
}

interface SyncPlace extends Search {
  readonly namespace: string;
}

/** A namespace that takes no objects, such as one that is going, keeps nobody else from theirs. */
async function show(
  finding: Finding,
  search: Search,
  deps: SnapshotDeps,
  signal: AbortSignal,
): Promise<ShownFinding> {
  const { namespace, probe: found } = finding;
  if (!found.ok) return finding;
  try {
    await synchronise(found, { namespace, ...search }, deps, signal);
    return finding;
  } catch (thrown) {
    const refused = refusalWords(thrown);
    if (refused === undefined) throw thrown;
    return { ...finding, refused };
  }
}

/** The location is what is true: objects follow it. */
async function synchronise(
  found: Extract<Probe, { ok: true }>,
  { namespace, location, searchedMs }: SyncPlace,
  deps: SnapshotDeps,
  signal: AbortSignal,
): Promise<void> {
  if (location.spec.volume !== undefined) return;
  const { caches, client, logger } = deps;
  const key = locationKeyOf(location);
  const plan = planSync(found, objectsOf(location, namespace, caches), searchedMs);
  const tell = (snapshot: VClusterSnapshot, report: Report): Promise<unknown> =>
    record({ snapshot, report, onlyAsRead: true }, deps, signal);
  for (const header of plan.missing) {
    const object = foundObject(header, namespace, key);
    logger.info({ snapshot: object.metadata.name, namespace }, "Found a snapshot");
    const created = await createOnce(VCLUSTER_SNAPSHOT, object, client, signal);
    if (created !== undefined) await tell(created, foundReport(header, key));
  }
  for (const { snapshot, header } of plan.untold) await tell(snapshot, foundReport(header, key));
  for (const snapshot of plan.unusable) await tell(snapshot, UNUSABLE);
  for (const snapshot of plan.unheld) await tell(snapshot, UNHELD);
  for (const { metadata } of plan.vanished) {
    const { name, uid } = metadata;
    await client.delete(VCLUSTER_SNAPSHOT, { namespace, name }, { uid, signal });
  }
  for (const snapshot of plan.lost) await tell(snapshot, LOST);
  for (const snapshot of plan.regained) {
    await tell(snapshot, { ...REGAINED, fields: { verifiedLevel: undefined } });
  }
}

const LOST: Report = {
  phase: "Failed",
  ready: "False",
  reason: "SnapshotMissing",
  message: "Its data is no longer in the location: nobody can restore it until it is there again",
  isFinal: true,
};

const UNHELD: Report = {
  phase: "Pending",
  ready: "False",
  reason: "SnapshotMissing",
  message:
    "The location holds no snapshot of this id for this namespace: check spec.snapshotID and spec.locationRef",
};

const UNUSABLE: Report = {
  phase: "Failed",
  ready: "False",
  reason: "SnapshotDamaged",
  message: "What the location holds under this id is damaged, or of another namespace",
  isFinal: true,
};
