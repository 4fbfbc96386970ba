import { randomUUID } from "node:crypto";
import type { Kek } from "../crypto/kek.ts";
import { drawKey, type KeyRing, keyRingOf } from "../crypto/key-ring.ts";
import {
  corruptAt,
  peekClearObject,
  readClearObject,
  writeClearObject,
} from "../format/clear-object.ts";
import { CUTTING, type Cutting } from "../format/cutter.ts";
import { FORMAT } from "../format/manifest.ts";
import { count, matching, moment, object, oneOf, type Parser, textOf } from "../format/parser.ts";
import { SnapshotError } from "../format/snapshot-error.ts";
import { type ObjectStore, ObjectStoreError, type StoreCall } from "../store/object-store.ts";
import { wrapKey } from "./key-object.ts";
import { readKeys } from "./keys.ts";
import { REPOSITORY_OBJECT } from "./paths.ts";

/** An opened repository. Its store's keys start at the repository's root. */
export interface Repository {
  readonly id: string;
  readonly store: ObjectStore;
  /** Undefined where nothing is encrypted. */
  readonly keys: KeyRing | undefined;
  readonly cutting: Cutting;
}

interface Descriptor {
  readonly format: typeof FORMAT;
  readonly repoId: string;
  readonly createdAt: string;
  readonly encryption: "aes-256-gcm" | "none";
  readonly cutting: Cutting;
}

const descriptor: Parser<Descriptor> = object<Descriptor>({
  format: oneOf([FORMAT]),
  repoId: matching(/^[0-9a-f-]{36}$/),
  createdAt: moment,
  encryption: oneOf(["aes-256-gcm", "none"]),
  cutting: object<Cutting>({ minBytes: count, maxBytes: count, oneKeyIn: count }),
});

/** Any version of a descriptor: to tell a later format from a broken object. */
const anyFormat = textOf(100);

/** What opens a repository: its key, if it is encrypted. */
export interface RepositoryAccess extends StoreCall {
  readonly kek?: Kek;
}

/**
 * Makes a repository in an empty place, encrypted if there is a key. Another writer who is quicker wins:
 * the repository that is there in the end is opened.
 */
export async function createRepository(
  store: ObjectStore,
  at: Date,
  access: RepositoryAccess = {},
): Promise<Repository> {
  const { kek, ...call } = access;
  const repoId = randomUUID();
  const createdAt = at.toISOString();
  const keys = kek === undefined ? undefined : keyRingOf(drawKey(), drawKey());
  const written: string[] = [];
  if (keys !== undefined && kek !== undefined) {
    const wrapped = [
      wrapKey(keys.root, kek, { repoId, purpose: "root", createdAt }),
      wrapKey(keys.current, kek, { repoId, purpose: "data", createdAt }),
    ];
    for (const { objectKey, bytes } of wrapped) {
      await store.put(objectKey, bytes, call);
      written.push(objectKey);
    }
  }
  const encryption = keys === undefined ? "none" : "aes-256-gcm";
  const body: Descriptor = { format: FORMAT, repoId, createdAt, encryption, cutting: CUTTING };
  try {
    const bytes = writeClearObject(REPOSITORY_OBJECT, body, keys?.macKey);
    await store.put(REPOSITORY_OBJECT, bytes, { ...call, ifAbsent: true });
  } catch (error) {
    if (!(error instanceof ObjectStoreError && error.code === "AlreadyExists")) throw error;
    await store.delete(written, call);
    return openRepository(store, access);
  }
  return { id: repoId, store, keys, cutting: CUTTING };
}

/** Opens a repository with the right key, or rejects with a SnapshotError that says what is wrong. */
export async function openRepository(
  store: ObjectStore,
  access: RepositoryAccess = {},
): Promise<Repository> {
  const { kek, ...call } = access;
  const bytes = await readDescriptor(store, call);
  const claimed = parseDescriptor(peekClearObject(REPOSITORY_OBJECT, bytes));
  const isEncrypted = claimed.encryption !== "none";
  if (isEncrypted && kek === undefined) throw refused("KeyRequired", "is encrypted: give its key");
  if (!isEncrypted && kek !== undefined) {
    throw refused("NotEncrypted", "is not encrypted, although a key was given");
  }
  const keys = kek === undefined ? undefined : await readKeys(store, claimed.repoId, kek, call);
  readClearObject(REPOSITORY_OBJECT, bytes, keys?.macKey);
  return { id: claimed.repoId, store, keys, cutting: claimed.cutting };
}

async function readDescriptor(store: ObjectStore, call: StoreCall): Promise<Uint8Array> {
  try {
    return await store.get(REPOSITORY_OBJECT, call);
  } catch (cause) {
    if (!(cause instanceof ObjectStoreError && cause.code === "NotFound")) throw cause;
    throw new SnapshotError("NotARepository", REPOSITORY_OBJECT, "there is no repository here", {
      cause,
    });
  }
}

function parseDescriptor(body: unknown): Descriptor {
  return corruptAt(REPOSITORY_OBJECT, () => {
    const { format } = body as { readonly format?: unknown };
    const found = anyFormat(format, "repo.format");
    if (found !== FORMAT && found.startsWith("vcsnap/")) {
      throw refused("UnsupportedFormat", `has format ${found}; this version knows ${FORMAT}`);
    }
    return descriptor(body, "repo");
  });
}

function refused(code: SnapshotError["code"], what: string): SnapshotError {
  return new SnapshotError(code, REPOSITORY_OBJECT, what);
}
