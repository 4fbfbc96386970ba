/** The snapshot engine: an etcd v3 endpoint, an object store and keys; it knows nothing of Kubernetes' API. */
export { kekOf } from "./crypto/kek.ts";
export type { StoreRecord } from "./format/record.ts";
export { SnapshotError } from "./format/snapshot-error.ts";
export { addKek, removeKek, rotateDek } from "./repository/key-rotation.ts";
export { listSnapshots, readManifest } from "./repository/manifests.ts";
export { createRepository, openRepository } from "./repository/repository.ts";
export { openKvStore } from "./source/kv-client.ts";
export type { KvEndpoint } from "./source/kv-endpoint.ts";
export { KvError } from "./source/kv-error.ts";
export type { KvStore } from "./source/kv-store.ts";
