/** Keys that the Secret must have. */
export const EXTERNAL_ETCD_KEYS = ["ca.crt", "tls.crt", "tls.key"] as const;
