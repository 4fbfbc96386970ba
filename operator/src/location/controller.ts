import {
  VCLUSTER_SNAPSHOT,
  VCLUSTER_SNAPSHOT_LOCATION,
  type VClusterSnapshot,
  type VClusterSnapshotLocation,
} from "@open-vcluster/crds";
import {
  keyText,
  type ObjectKey,
  type ReconcileResult,
  type RuntimeDeps,
} from "@open-vcluster/runtime";
import type { SnapshotDeps } from "../snapshot/controller.ts";
import type { Report } from "../snapshot/decision.ts";
import { snapshotIdOf } from "../snapshot/facts.ts";
import { readPlace } from "../snapshot/place/resolve.ts";
import { record } from "../snapshot/record.ts";
import { REGAINED } from "../snapshot/standing.ts";
import type { Caches } from "../world/caches.ts";
import { createOnce } from "../world/create-once.ts";
import { runController, type WokenController } from "../world/run-controller.ts";
import { snapshotStateOf } from "../world/store-work.ts";
import { writeStatus } from "../world/write-status.ts";
import { foundObject, foundReport } from "./found.ts";
import { NOTHING, type Probe, type ProbeSubject, probe } from "./probe.ts";
import { type Finding, locationStatus, OWNED, untilDueMs } from "./status.ts";
import { knownIds, planSync } from "./sync.ts";

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
  const { caches, clock, logger, settings, client } = deps;
  const location = caches.locations.get(key);
  if (location === undefined || location.metadata.deletionTimestamp !== undefined) return {};
  const nowMs = clock.nowMs();
  const dueInMs = untilDueMs(location, nowMs);
  if (dueInMs > 0) return { requeueAfterMs: dueInMs };
  const home = location.metadata.namespace ?? "";
  const findings: Finding[] = [];
  for (const namespace of namespacesOf(location, deps)) {
    const place = await readPlace(location, namespace, { client, settings }, signal);
    const known = new Set([
      ...knownIds(objectsOf(location, namespace, caches)),
      ...readyElsewhere(location, namespace, caches),
    ]);
    const subject = { namespace, known, writes: namespace === home };
    findings.push({ namespace, probe: await tryPlace(place, subject, signal) });
  }
  for (const { namespace, probe: found } of findings) {
    if (found.ok)
      await synchronise(found, { namespace, location, searchedMs: nowMs }, deps, signal);
  }
  const status = locationStatus(location, findings, clock.nowMs());
  const written = { type: VCLUSTER_SNAPSHOT_LOCATION, owned: OWNED, onlyAsRead: false, status };
  await writeStatus({ ...written, object: location }, client, signal);
  logger.debug({ location: location.metadata.name, namespace: home, phase: status.phase }, "Tried");
  return { requeueAfterMs: untilDueMs({ ...location, status }, clock.nowMs()) };
}

function tryPlace(
  place: Awaited<ReturnType<typeof readPlace>>,
  subject: ProbeSubject,
  signal: AbortSignal,
): Promise<Probe> {
  if (place.kind === "refused") {
    return Promise.resolve({ ok: false, reason: place.reason, message: place.message });
  }
  if (place.claimName !== undefined) {
    return Promise.resolve(NOTHING);
  }
  return probe(place, subject, signal);
}

/** Its own namespace; of the operator's default every one that has instances, or asks for what it may hold. */
function namespacesOf(
  { metadata }: VClusterSnapshotLocation,
  { caches, settings }: SnapshotDeps,
): readonly string[] {
  const home = metadata.namespace ?? "";
  const { defaultLocation } = settings;
  if (defaultLocation?.namespace !== home || defaultLocation.name !== metadata.name) return [home];
  const users = [...caches.instances.list(), ...caches.snapshots.list()];
  return [...new Set([home, ...users.map((user) => user.metadata.namespace ?? "")])].sort();
}

interface SyncPlace {
  readonly namespace: string;
  readonly location: VClusterSnapshotLocation;
  readonly searchedMs: number;
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
  const key = keyOf(location);
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

const UNUSABLE: Report = {
  phase: "Failed",
  ready: "False",
  reason: "SnapshotDamaged",
  message: "What the location holds under this id is damaged, or of another namespace",
  isFinal: true,
};

function keyOf({ metadata }: VClusterSnapshotLocation): ObjectKey {
  return { namespace: metadata.namespace ?? "", name: metadata.name };
}

/** The snapshots of a namespace that are, or should be, in a location. */
function objectsOf(
  location: VClusterSnapshotLocation,
  namespace: string,
  { snapshots }: Caches,
): readonly VClusterSnapshot[] {
  const key = keyOf(location);
  return [...snapshots.list()].filter(
    (snapshot) => snapshot.metadata.namespace === namespace && isOf(snapshot, key),
  );
}

/** Ids of what can be restored of another location that is still there: a copy of that holds nothing new. */
function readyElsewhere(
  location: VClusterSnapshotLocation,
  namespace: string,
  { snapshots, locations }: Caches,
): readonly string[] {
  const key = keyOf(location);
  const isThere = ({ status }: VClusterSnapshot): boolean =>
    status?.location !== undefined && locations.get(keyText(status.location)) !== undefined;
  return [...snapshots.list()]
    .filter((snapshot) => snapshot.metadata.namespace === namespace && isThere(snapshot))
    .filter((snapshot) => !isOf(snapshot, key) && snapshotStateOf(snapshot).kind === "complete")
    .map(snapshotIdOf);
}

function isOf({ metadata, spec, status }: VClusterSnapshot, location: ObjectKey): boolean {
  const used = status?.location;
  if (used !== undefined) {
    return used.namespace === location.namespace && used.name === location.name;
  }
  return spec.locationRef === undefined
    ? metadata.namespace !== location.namespace || spec.snapshotID !== undefined
    : spec.locationRef.name === location.name && metadata.namespace === location.namespace;
}
