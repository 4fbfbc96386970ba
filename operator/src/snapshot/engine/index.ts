/** The snapshot engine: an etcd v3 endpoint, an object store and keys; it knows nothing of Kubernetes' API. */
export type { StoreRecord } from "./format/record.ts";
export { openKvStore } from "./source/kv-client.ts";
export type { KvEndpoint } from "./source/kv-endpoint.ts";
export { KvError } from "./source/kv-error.ts";
export type { KvStore } from "./source/kv-store.ts";
