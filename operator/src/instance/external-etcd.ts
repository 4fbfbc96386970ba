/** Annotation on a copy: uid and resourceVersion of the Secret that it was made from. */
export const SOURCE_VERSION_ANNOTATION = "openvcluster.io/source-version";

/** Keys that the Secret must have. */
export const EXTERNAL_ETCD_KEYS = ["ca.crt", "tls.crt", "tls.key"] as const;
