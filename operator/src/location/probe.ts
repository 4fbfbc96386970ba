import type { SnapshotReason } from "@open-vcluster/crds";
import {
  listPlaces,
  type ManifestHeader,
  type ObjectStore,
  ObjectStoreError,
  type Repository,
  readManifest,
  SnapshotError,
  type SnapshotPlace,
} from "../snapshot/engine/index.ts";
import type { PlaceSeen } from "../snapshot/place/place.ts";
import { reasonOf } from "../snapshot/reason-of.ts";
import { failureOf } from "../snapshot/worker/failure.ts";
import { openPlace, openTaskRepository } from "../snapshot/worker/open-repository.ts";

/** What was found in a location for one namespace. */
export type Probe =
  | {
      readonly ok: true;
      /** Undefined as long as no snapshot was ever made. */
      readonly repositoryID: string | undefined;
      /** Ids of all snapshots that are there. */
      readonly held: ReadonlySet<string>;
      /** Those that were not known and name the namespace. */
      readonly found: readonly ManifestHeader[];
      /** Ids of those whose manifests cannot be read, or name another namespace. */
      readonly unusable: ReadonlySet<string>;
    }
  | { readonly ok: false; readonly reason: SnapshotReason; readonly message: string };

type Place = Extract<PlaceSeen, { kind: "place" }>;

const PROBE_TIMEOUT_MS = 20_000;
/** The bucket is tried again soon: until its time is over, what kept it from answering has been said. */
const PATIENCE = { patienceMs: 5_000, silenceMs: 8_000 };
/** Of manifests that are not known yet. What is left is read the next time: thousands of them would never be, all at once. */
const READING_MS = 8_000;
const PROBE_KEY = "probe/written";

/** Of a place where no snapshot was ever made, or that cannot be looked into from here. */
export const NOTHING: Extract<Probe, { ok: true }> = {
  ok: true,
  repositoryID: undefined,
  held: new Set(),
  found: [],
  unusable: new Set(),
};

/** What is known already of the namespace that a location is tried for. */
export interface ProbeSubject {
  readonly namespace: string;
  /** Ids of snapshots whose manifests need not be read again. */
  readonly known: ReadonlySet<string>;
  /** Whether it is tried that it can be written, where it may be. */
  readonly writes: boolean;
}

/**
 * Tries a location: whether it can be written and read, whether its key is right, and which snapshots it holds.
 * Only a bucket: a volume is not mounted here.
 */
export async function probe(
  { repository, isReadOnly }: Place,
  subject: ProbeSubject,
  signal: AbortSignal,
): Promise<Probe> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(PROBE_TIMEOUT_MS)]);
  try {
    if (subject.writes && !isReadOnly) await tryWriting(repository, limited);
    return await search(repository, subject, limited);
  } catch (error) {
    signal.throwIfAborted();
    if (limited.aborted) {
      const at = repository.store.kind === "s3" ? ` at ${repository.store.endpoint}` : "";
      const message = `The object store${at} did not answer within ${String(PROBE_TIMEOUT_MS / 1_000)} s. Check the endpoint of the location and the network to it.`;
      return { ok: false, reason: "BucketUnreachable", message };
    }
    const { reason, message } = failureOf(error);
    return { ok: false, reason: reasonOf(reason), message };
  }
}

/** Always the same key: where nothing may be deleted, one object stays at most. */
async function tryWriting({ store }: Place["repository"], signal: AbortSignal): Promise<void> {
  const objects = openPlace(store, PATIENCE);
  await objects.put(PROBE_KEY, Buffer.from("probe"), { signal });
  await tryCondition(objects, signal);
  await objects.delete([PROBE_KEY], { signal });
}

/** Without conditions two writers would each take themselves for the first. */
async function tryCondition(objects: ObjectStore, signal: AbortSignal): Promise<void> {
  try {
    await objects.put(PROBE_KEY, Buffer.from("not written"), { signal, ifAbsent: true });
  } catch (error) {
    if (error instanceof ObjectStoreError && error.code === "AlreadyExists") return;
    throw error;
  }
  const message = "The object store has no conditional writes: it ignores If-None-Match";
  throw new ObjectStoreError("Refused", PROBE_KEY, message);
}

async function search(
  place: Place["repository"],
  { namespace, known }: ProbeSubject,
  signal: AbortSignal,
): Promise<Probe> {
  const run = { tell: () => undefined, now: () => new Date(), signal, patience: PATIENCE };
  const repository = await openTaskRepository({ ...place, create: false }, run).catch(unlessAbsent);
  if (repository === undefined) return NOTHING;
  const held = new Set<string>();
  const endMs = performance.now() + READING_MS;
  const found: ManifestHeader[] = [];
  const unusable = new Set<string>();
  for await (const at of listPlaces(repository, { signal })) {
    held.add(at.snapId);
    if (known.has(at.snapId) || performance.now() > endMs) continue;
    const header = await readHeader(repository, at, signal);
    if (header?.subject.namespace !== namespace) unusable.add(at.snapId);
    // What lies below incremental ones is no snapshot that anybody asked for.
    else if (header.kind === "synthetic-full") held.delete(at.snapId);
    else found.push(header);
  }
  return { ok: true, repositoryID: repository.id, held, found, unusable };
}

/** Undefined if it cannot be read, or was deleted since it was listed. */
async function readHeader(
  repository: Repository,
  at: SnapshotPlace,
  signal: AbortSignal,
): Promise<ManifestHeader | undefined> {
  try {
    return (await readManifest(repository, at, { signal })).header;
  } catch (error) {
    if (error instanceof SnapshotError) return undefined;
    throw error;
  }
}

function unlessAbsent(error: unknown): undefined {
  if (error instanceof SnapshotError && error.code === "NotARepository") return undefined;
  throw error;
}
