import { MalformedError } from "../format/byte-reader.ts";
import { corruptAt, readClearObject, toCorrupt, writeClearObject } from "../format/clear-object.ts";
import { seal, unseal } from "../format/envelope.ts";
import {
  type Manifest,
  type ManifestBody,
  type ManifestHeader,
  parseBody,
  parseHeader,
  type SnapshotLink,
} from "../format/manifest.ts";
import { object, type Parser, textOf } from "../format/parser.ts";
import { SnapshotError } from "../format/snapshot-error.ts";
import type { StoreCall } from "../store/object-store.ts";
import { getObject, sha256Of } from "./chunks.ts";
import { manifestKey, placeOfManifest, SNAPSHOTS_PREFIX, snapshotsPrefix } from "./paths.ts";
import type { Repository } from "./repository.ts";

/** A snapshot's place. */
export interface SnapshotPlace {
  /** Of the virtual cluster. */
  readonly uid: string;
  readonly snapId: string;
}

/** A manifest and what proves its bytes. */
export interface StoredManifest extends Manifest {
  readonly link: SnapshotLink;
}

interface ManifestObject {
  readonly header: ManifestHeader;
  /** Sealed, base64. */
  readonly body: string;
}

const MOST_BODY_CHARACTERS = 64 << 20;

const manifestObject: Parser<ManifestObject> = object<ManifestObject>({
  header: parseHeader,
  body: textOf(MOST_BODY_CHARACTERS),
});

/** Writes a manifest, and with it makes the snapshot: all that it refers to must be there. */
export async function commitManifest(
  { store, keys }: Repository,
  { header, body }: Manifest,
  call: StoreCall = {},
): Promise<StoredManifest> {
  const objectKey = manifestKey(header.subject.uid, header.snapId);
  const text = JSON.stringify(body);
  assertReadable(objectKey, JSON.stringify(header), text);
  const sealed = await seal(Buffer.from(text), objectKey, keys?.current);
  const content = { header, body: Buffer.from(sealed).toString("base64") };
  const bytes = writeClearObject(objectKey, content, keys?.macKey);
  await store.put(objectKey, bytes, { ...call, ifAbsent: true });
  return { header, body, link: { snapId: header.snapId, manifestSha256: sha256Of(bytes) } };
}

/** What nobody could read again must not become the newest snapshot. */
function assertReadable(objectKey: string, header: string, body: string): void {
  try {
    parseHeader(JSON.parse(header), "header");
    parseBody(JSON.parse(body), "body");
  } catch (cause) {
    if (!(cause instanceof MalformedError)) throw cause;
    const what = `cannot be written, for it could not be read again: ${cause.message}`;
    throw new SnapshotError("Inconsistent", objectKey, what, { cause });
  }
}

/** Reads a manifest. Rejects with SnapshotError Missing or Corrupt. */
export async function readManifest(
  repository: Repository,
  { uid, snapId }: SnapshotPlace,
  call: StoreCall = {},
): Promise<StoredManifest> {
  const objectKey = manifestKey(uid, snapId);
  const bytes = await getObject(repository, objectKey, call);
  const { header, body } = openManifest(repository, objectKey, bytes);
  try {
    const text = await unseal(Buffer.from(body, "base64"), objectKey, repository.keys);
    const parsed: ManifestBody = parseBody(jsonOf(text), "body");
    return { header, body: parsed, link: { snapId, manifestSha256: sha256Of(bytes) } };
  } catch (error) {
    throw toCorrupt(objectKey, error);
  }
}

/** Reads the manifest that another one refers to: it must be the very one. */
export async function readLinked(
  repository: Repository,
  uid: string,
  link: SnapshotLink,
  call: StoreCall = {},
): Promise<StoredManifest> {
  const manifest = await readManifest(repository, { uid, snapId: link.snapId }, call);
  if (manifest.link.manifestSha256 === link.manifestSha256) return manifest;
  throw new SnapshotError(
    "Corrupt",
    manifestKey(uid, link.snapId),
    "is another manifest than the one that was built upon",
  );
}

/** What a repository lists. */
export type ListedSnapshot =
  | { readonly objectKey: string; readonly header: ManifestHeader; readonly error?: undefined }
  /** There is a manifest, but it cannot be read. */
  | { readonly objectKey: string; readonly header?: undefined; readonly error: SnapshotError };

/** Snapshots in the order of their virtual clusters' uids and of time; of one virtual cluster, if a uid is given. */
export async function* listSnapshots(
  repository: Repository,
  options: StoreCall & { readonly uid?: string } = {},
): AsyncGenerator<ListedSnapshot> {
  const { uid, ...call } = options;
  const prefix = uid === undefined ? SNAPSHOTS_PREFIX : snapshotsPrefix(uid);
  for await (const { key: objectKey } of repository.store.list(prefix, call)) {
    if (!objectKey.endsWith("/manifest.json")) continue;
    try {
      const bytes = await getObject(repository, objectKey, call);
      yield { objectKey, header: openManifest(repository, objectKey, bytes).header };
    } catch (error) {
      if (!(error instanceof SnapshotError)) throw error;
      // It was deleted since it was listed.
      if (error.code !== "Missing") yield { objectKey, error };
    }
  }
}

/** Where the snapshots of a repository are, in the order of {@link listSnapshots}; nothing of them is read. */
export async function* listPlaces(
  { store }: Repository,
  call: StoreCall = {},
): AsyncGenerator<SnapshotPlace> {
  for await (const { key } of store.list(SNAPSHOTS_PREFIX, call)) {
    const place = placeOfManifest(key);
    if (place !== undefined) yield place;
  }
}

function openManifest({ keys }: Repository, objectKey: string, bytes: Uint8Array): ManifestObject {
  const content = readClearObject(objectKey, bytes, keys?.macKey);
  const found = corruptAt(objectKey, () => manifestObject(content, "manifest"));
  const { subject, snapId } = found.header;
  if (manifestKey(subject.uid, snapId) === objectKey) return found;
  throw new SnapshotError("Corrupt", objectKey, "is the manifest of another snapshot");
}

function jsonOf(text: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(text).toString("utf8"));
  } catch (cause) {
    throw new MalformedError("its body is no JSON", { cause });
  }
}
