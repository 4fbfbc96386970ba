/** The snapshot engine: an etcd v3 endpoint, an object store and keys; it knows nothing of Kubernetes' API. */
export { kekOf } from "./crypto/kek.ts";
export type { StoreRecord } from "./format/record.ts";
export { SnapshotError } from "./format/snapshot-error.ts";
export { createInventory, type Inventory, type InventoryEntry } from "./inventory/inventory.ts";
export { addKek, removeKek, rotateDek } from "./repository/key-rotation.ts";
export { listSnapshots, readManifest } from "./repository/manifests.ts";
export { createRepository, openRepository } from "./repository/repository.ts";
export { planInPlace, restoreInPlace } from "./restore/in-place.ts";
export { isHalfLoaded, restoreIntoEmpty } from "./restore/into-empty.ts";
export type { Sides } from "./restore/plan.ts";
export { prove } from "./restore/proof.ts";
export { RestoreError } from "./restore/restore-error.ts";
export { createRules, type RestoreOptions, type RestoreRules } from "./restore/rules.ts";
export type { RestoreTally } from "./restore/tally.ts";
export { openKvStore } from "./source/kv-client.ts";
export type { KvEndpoint } from "./source/kv-endpoint.ts";
export { KvError } from "./source/kv-error.ts";
export type { KvStore } from "./source/kv-store.ts";
