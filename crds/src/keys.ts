/** Finalizer on an instance; the operator adds it before its first effect and removes it after the last. */
export const INSTANCE_FINALIZER = "openvcluster.io/instance";

/** Annotation on an instance, "true": delete without waiting for anything that hangs. Written by people. */
export const FORCE_DELETE_ANNOTATION = "openvcluster.io/force-delete";

/** Annotation on an instance: seconds that its workload pods may take to end when it is deleted. Written by the API and by people. */
export const GRACE_PERIOD_ANNOTATION = "openvcluster.io/grace-period-seconds";

/** Label on everything the operator makes: namespace of the instance. Part of the ownership mark. */
export const INSTANCE_NAMESPACE_LABEL = "openvcluster.io/instance-namespace";

/** Label on everything the operator makes: name of the instance. Part of the ownership mark. */
export const INSTANCE_NAME_LABEL = "openvcluster.io/instance-name";

/** Label on everything the operator makes: id of the operator. Part of the ownership mark. */
export const OPERATOR_ID_LABEL = "openvcluster.io/operator-id";

/** Label on a target namespace: `spec.project` of its instance. Written by the operator. */
export const PROJECT_LABEL = "openvcluster.io/project";

/** Label on a Helm release Secret: first 40 hex digits of the SHA-256 of the values. Written through `helm --labels`. */
export const VALUES_DIGEST_LABEL = "openvcluster.io/values-digest";

/** Label on a Helm release Secret: version of the renderer that made the values. Written through `helm --labels`. */
export const RENDERER_LABEL = "openvcluster.io/renderer";

/** Label on a Helm release Secret: version of the chart. Written through `helm --labels`. */
export const CHART_LABEL = "openvcluster.io/chart";

/** Label on a Helm release Secret: Kubernetes version inside, with a leading v. Written through `helm --labels`. */
export const KUBERNETES_LABEL = "openvcluster.io/kubernetes";

/** Label on a Helm release Secret: mode of the values: `running`, `suspended` or `storeOnly`. Written through `helm --labels`. */
export const MODE_LABEL = "openvcluster.io/mode";

/** Label on a Helm release Secret: members of a deployed etcd, fixed at creation. Written through `helm --labels`. */
export const ETCD_MEMBERS_LABEL = "openvcluster.io/etcd-members";

/** Label on a Helm release Secret: how often these values were tried. Written through `helm --labels`. */
export const ATTEMPT_LABEL = "openvcluster.io/attempt";

/** Label on a Helm release Secret, "true": the control plane was seen healthy with it. Patched by the operator. */
export const HEALTHY_LABEL = "openvcluster.io/healthy";

/** Label on every object of a release: values digest it was rendered from. Written by the Helm post-renderer. */
export const RENDER_LABEL = "openvcluster.io/render";

/** Annotation on Secret `vc-config-NAME`: number of objects in the manifest. Written by the Helm post-renderer. */
export const OBJECT_COUNT_ANNOTATION = "openvcluster.io/object-count";

/** Label on a target namespace, "true": new synced pods are refused while a drain runs. Written by the operator. */
export const DRAIN_LABEL = "openvcluster.io/drain";

/** Annotation on a target namespace: RFC 3339 time at which the drain started. Written by the operator. */
export const DRAIN_STARTED_ANNOTATION = "openvcluster.io/drain-started";

/** Annotation on a target namespace: generation whose drain was given up. Written by the operator. */
export const DRAIN_ABORTED_ANNOTATION = "openvcluster.io/drain-aborted";

/** Annotation on a target namespace: RFC 3339 time since when a resume waits for workloads. Written by the operator. */
export const AWAITING_WORKLOADS_ANNOTATION = "openvcluster.io/awaiting-workloads";

/** Annotation on a target namespace: the upgrade that never became ready and is not tried again. Written by the operator. */
export const FAILED_DIGEST_ANNOTATION = "openvcluster.io/failed-digest";

/** Annotation on a target namespace: when a forced deletion last asked for another look. Written by the operator. */
export const TOUCHED_ANNOTATION = "openvcluster.io/touched";

/** Annotation on a target namespace: `TYPE/MEMBERS` of the store that its volumes were made for. Written by the operator. */
export const STORE_ANNOTATION = "openvcluster.io/store";

/** Annotation on an instance: UID of a claim; a store on it may be another than before. Written by people. */
export const ACCEPTED_VOLUME_ANNOTATION = "openvcluster.io/accepted-volume";

/** Annotation on a target namespace: `CHART/KUBERNETES` of the last revision that served. Written by the operator. */
export const SERVED_ANNOTATION = "openvcluster.io/served";

/** Finalizer on a snapshot whose data is removed with it; the operator adds it before its first effect. */
export const SNAPSHOT_FINALIZER = "openvcluster.io/snapshot";

/** Finalizer on a restore that changes an instance; the operator adds it before its first effect. */
export const RESTORE_FINALIZER = "openvcluster.io/restore";

/** Annotation on a target namespace: `NAMESPACE/NAME` of the VClusterRestore that began to write the store; and on an instance: of the one that made it, and has not loaded it yet. Written by the operator, removed when the store is whole. */
export const STORE_INCOMPLETE_ANNOTATION = "openvcluster.io/store-incomplete";

/** Label on the Jobs, pods and Secrets of snapshot workers, "snapshot". Written by the operator. */
export const WORK_LABEL = "openvcluster.io/work";

/** Annotation on the Job of a snapshot worker: who asked for it, as KIND/NAMESPACE/NAME. Written by the operator. */
export const WORK_ANNOTATION = "openvcluster.io/work-for";

/** Annotation on an instance that a restore made: UID of the VClusterRestore. Written by the operator. */
export const RESTORED_BY_ANNOTATION = "openvcluster.io/restored-by";

/** Annotation on an instance: name of the VClusterOperation that last wrote it. Written by the API. */
export const OPERATION_ANNOTATION = "openvcluster.io/operation";

/** Annotation on an instance: W3C trace context of the call that last wrote it. Written by the API. */
export const TRACEPARENT_ANNOTATION = "openvcluster.io/traceparent";

/** Annotation on a Secret made from another: the version of what it was made from. Written by the operator. */
export const SOURCE_VERSION_ANNOTATION = "openvcluster.io/source-version";

/** Annotation on the escrow copy of a PKI: fingerprint of its authorities and token key. Written by the operator. */
export const IDENTITY_ANNOTATION = "openvcluster.io/identity";

/** Annotation on a store forwarder's Pod: the way to the store and the certificate that it was made for. Written by the operator. */
export const FORWARDER_FOR_ANNOTATION = "openvcluster.io/forwarder-for";
