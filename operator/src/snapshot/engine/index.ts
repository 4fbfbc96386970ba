/** The snapshot engine: an etcd v3 endpoint, an object store and keys; it knows nothing of Kubernetes' API. */
export type { StoreRecord } from "./format/record.ts";
