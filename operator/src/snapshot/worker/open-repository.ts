import { mkdir } from "node:fs/promises";
import {
  createDirectoryStore,
  createRepository,
  createS3Store,
  fileError,
  type Kek,
  kekOf,
  type ObjectStore,
  openRepository,
  type Repository,
  replaceKek,
  SnapshotError,
} from "../engine/index.ts";
import type { BucketPlace, DirectoryPlace, ObjectPlace, RepositoryPlace } from "./task.ts";
import type { Patience, TaskRun } from "./task-run.ts";

const DEFAULT_REGION = "us-east-1";

/** Opens the repository of a task, with its key in the place of the one before; makes one where there is none, if the task says so. */
export async function openTaskRepository(
  { store: place, kek: key, previousKek, create }: RepositoryPlace,
  { now, signal, patience }: TaskRun,
): Promise<Repository> {
  if (place.kind === "directory" && create) await makeDirectory(place);
  const store = openPlace(place, patience);
  const access = { signal, ...accessOf(key) };
  const from = accessOf(previousKek).kek;
  if (from !== undefined && access.kek !== undefined) {
    await replaceKek(store, { from, to: access.kek }, now(), { signal });
  }
  try {
    return await openRepository(store, access);
  } catch (error) {
    const isAbsent = error instanceof SnapshotError && error.code === "NotARepository";
    if (!isAbsent || !create) throw error;
    return await createRepository(store, now(), access);
  }
}

async function makeDirectory({ path }: DirectoryPlace): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw fileError(path, error);
  }
}

/** The key of a task, as the engine takes it. Pure. */
export function accessOf(key: string | undefined): { readonly kek?: Kek } {
  return key === undefined ? {} : { kek: kekOf(Buffer.from(key, "base64")) };
}

/** The objects at a place. */
export function openPlace(place: ObjectPlace, patience: Patience = {}): ObjectStore {
  return place.kind === "directory"
    ? createDirectoryStore(place.path)
    : openBucket(place, patience);
}

function openBucket(place: BucketPlace, patience: Patience): ObjectStore {
  const { endpoint, region = DEFAULT_REGION, bucket, prefix, pathStyle, ca, sessionToken } = place;
  return createS3Store({
    ...patience,
    endpoint: new URL(endpoint),
    region,
    bucket,
    prefix,
    pathStyle,
    credentials: {
      accessKey: place.accessKeyId,
      secretKey: place.secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
    },
    ...(ca === undefined ? {} : { authorities: ca }),
  });
}
