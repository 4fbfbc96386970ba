import { openSnapshot, type Snapshot } from "../read/snapshot.ts";
import type { SnapshotPlace } from "../repository/manifests.ts";
import {
  openRepository,
  type Repository,
  type RepositoryAccess,
} from "../repository/repository.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { chunkUsesOf } from "./chunk-use.ts";
import { type Progress, verifyContents } from "./contents.ts";
import { type Finding, findingOf } from "./finding.ts";
import { verifyKeyObjects } from "./key-objects.ts";
import { verifyMeaning } from "./meaning.ts";
import { verifyPresence } from "./presence.ts";

/**
 * How much is looked at; each level contains those before it.
 *
 * - 0: what opens the repository and the snapshot, and that its layers lie upon each other without a gap.
 * - 1: every object that it needs is there and has its size.
 * - 2: every object is read to the last byte.
 * - 3: the snapshot is read as for a restore; its root hash is that of the store it was taken from.
 */
export type VerifyLevel = 0 | 1 | 2 | 3;

export interface VerifyOptions extends RepositoryAccess {
  readonly level: VerifyLevel;
  readonly progress?: Progress;
}

export interface Verification {
  /** The level that was asked for; with findings, higher ones than were reached are not verified. */
  readonly level: VerifyLevel;
  /** Empty: the snapshot is sound as far as the level goes. */
  readonly findings: readonly Finding[];
}

/** Looks for everything that keeps a snapshot from being restored. Rejects only if the store cannot be asked. */
export async function verifySnapshot(
  store: ObjectStore,
  place: SnapshotPlace,
  { level, progress, ...access }: VerifyOptions,
): Promise<Verification> {
  const call = access.signal === undefined ? {} : { signal: access.signal };
  const keyFindings = await verifyKeyObjects(store, call);
  const opened = await open(store, place, access);
  if ("finding" in opened) {
    const known = keyFindings.some(({ objectKey }) => objectKey === opened.finding.objectKey);
    return { level, findings: known ? keyFindings : [...keyFindings, opened.finding] };
  }
  const { repository, snapshot } = opened;
  const findings = [
    ...keyFindings,
    ...(await verifyChunks(repository, snapshot, { level, progress, ...call })),
  ];
  const isReadable = findings.every(({ part }) => part === "key");
  if (level === 3 && isReadable) {
    findings.push(...(await verifyMeaning(repository, snapshot, call)));
  }
  return { level, findings };
}

type Opened =
  | { readonly repository: Repository; readonly snapshot: Snapshot }
  | { readonly finding: Finding };

async function open(
  store: ObjectStore,
  place: SnapshotPlace,
  access: RepositoryAccess,
): Promise<Opened> {
  let repository: Repository;
  try {
    repository = await openRepository(store, access);
  } catch (error) {
    return { finding: findingOf(error, "repository") };
  }
  try {
    return { repository, snapshot: await openSnapshot(repository, place, access) };
  } catch (error) {
    return { finding: findingOf(error, "manifest") };
  }
}

async function verifyChunks(
  repository: Repository,
  snapshot: Snapshot,
  options: Pick<VerifyOptions, "level" | "signal"> & { readonly progress: Progress | undefined },
): Promise<readonly Finding[]> {
  const { level, progress, ...call } = options;
  const uses = chunkUsesOf(snapshot);
  if (level === 0) return [];
  if (level === 1) return await verifyPresence(repository, uses, call);
  return await verifyContents(repository, uses, { progress, ...call });
}
