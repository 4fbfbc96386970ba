/** The store that the volumes in a target namespace were made for. */
export interface StoreMark {
  /** As in `spec.backingStore.type`. */
  readonly type: string;
  /** Members of a deployed etcd, else 0. */
  readonly members: number;
}

/** Versions of a chart and of the Kubernetes inside that served. */
export interface ServedVersions {
  readonly chart: string;
  readonly kubernetes: string;
}
