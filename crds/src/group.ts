/** The API group of every kind of the product. */
export const GROUP = "openvcluster.io";

/** The version that is served and stored. */
export const VERSION = "v1alpha1";

/** `apiVersion` of every object of the product. */
export const API_VERSION = "openvcluster.io/v1alpha1";

/** How the API server addresses VClusterInstance. */
export const VCLUSTER_INSTANCE = {
  group: "openvcluster.io",
  version: "v1alpha1",
  plural: "vclusterinstances",
  kind: "VClusterInstance",
  namespaced: true,
} as const;

/** How the API server addresses VClusterOperation. */
export const VCLUSTER_OPERATION = {
  group: "openvcluster.io",
  version: "v1alpha1",
  plural: "vclusteroperations",
  kind: "VClusterOperation",
  namespaced: true,
} as const;

/** How the API server addresses VClusterSnapshotLocation. */
export const VCLUSTER_SNAPSHOT_LOCATION = {
  group: "openvcluster.io",
  version: "v1alpha1",
  plural: "vclustersnapshotlocations",
  kind: "VClusterSnapshotLocation",
  namespaced: true,
} as const;

/** How the API server addresses VClusterSnapshot. */
export const VCLUSTER_SNAPSHOT = {
  group: "openvcluster.io",
  version: "v1alpha1",
  plural: "vclustersnapshots",
  kind: "VClusterSnapshot",
  namespaced: true,
} as const;

/** How the API server addresses VClusterRestore. */
export const VCLUSTER_RESTORE = {
  group: "openvcluster.io",
  version: "v1alpha1",
  plural: "vclusterrestores",
  kind: "VClusterRestore",
  namespaced: true,
} as const;
