/** The snapshot engine: an etcd v3 endpoint, an object store and keys; it knows nothing of Kubernetes' API. */
export { type Collection, collect } from "./collect/collect.ts";
export { deleteSnapshot } from "./collect/delete-snapshot.ts";
export { type Kek, kekOf } from "./crypto/kek.ts";
export { keyText } from "./format/key-text.ts";
export type { ManifestHeader } from "./format/manifest.ts";
export type { StoreRecord } from "./format/record.ts";
export { snapIdOf } from "./format/snap-id.ts";
export { isDamage, SnapshotError } from "./format/snapshot-error.ts";
export { importArchive } from "./import/import-archive.ts";
export { ImportError } from "./import/import-error.ts";
export { readVClusterArchive } from "./import/vcluster-archive.ts";
export type { InventoryEntry } from "./inventory/inventory.ts";
export { storedResource } from "./inventory/stored-resource.ts";
export { readIndex, readMetadata, readRecords } from "./read/read-snapshot.ts";
export { openSnapshot, type Snapshot } from "./read/snapshot.ts";
export { type Lost, type Repair, repairSnapshot } from "./repair/repair.ts";
export { replaceKek } from "./repository/key-rotation.ts";
export { withWriterLock } from "./repository/locks.ts";
export {
  listPlaces,
  listSnapshots,
  readManifest,
  type SnapshotPlace,
} from "./repository/manifests.ts";
export { REPOSITORY_OBJECT } from "./repository/paths.ts";
export { createRepository, openRepository, type Repository } from "./repository/repository.ts";
export { forEachInFlight } from "./restore/in-flight.ts";
export { planInPlace, restoreInPlace } from "./restore/in-place.ts";
export { needsOfPart, partOf } from "./restore/part.ts";
export type { Sides } from "./restore/plan.ts";
export { prove } from "./restore/proof.ts";
export { replaceAll } from "./restore/replace.ts";
export { RestoreError } from "./restore/restore-error.ts";
export { revisionBehind } from "./restore/revision.ts";
export { createRules, type RestoreOptions, type RestoreRules } from "./restore/rules.ts";
export { sidesOf } from "./restore/snapshot-sides.ts";
export type { RestoreTally } from "./restore/tally.ts";
export { openKvStore } from "./source/kv-client.ts";
export type { KvEndpoint } from "./source/kv-endpoint.ts";
export { KvError } from "./source/kv-error.ts";
export type { KvStore } from "./source/kv-store.ts";
export { createDirectoryStore } from "./store/directory/directory-store.ts";
export { fileError } from "./store/directory/file-error.ts";
export { type ObjectStore, ObjectStoreError } from "./store/object-store.ts";
export type { S3Config } from "./store/s3/s3-config.ts";
export { createS3Store } from "./store/s3/s3-store.ts";
export type { Finding } from "./verify/finding.ts";
export { type Verification, verifySnapshot } from "./verify/verify.ts";
export type { Progress, SnapshotRequest, WriteContext } from "./write/context.ts";
export { type WrittenSnapshot, writeSnapshot } from "./write/write-snapshot.ts";
