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
