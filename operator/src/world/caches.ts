import {
  GROUP,
  OPERATOR_ID_LABEL,
  VCLUSTER_INSTANCE,
  VCLUSTER_OPERATION,
  VCLUSTER_RESTORE,
  VCLUSTER_SNAPSHOT,
  VCLUSTER_SNAPSHOT_LOCATION,
  type VClusterInstance,
  type VClusterRestore,
  type VClusterSnapshot,
  type VClusterSnapshotLocation,
  WORK_LABEL,
} from "@open-vcluster/crds";
import {
  createInformer,
  createNamespacesInformer,
  type Informer,
  type InformerDeps,
  type KubeClient,
  type KubeObject,
  keyText,
  type ResourceType,
  withoutManagedFields,
} from "@open-vcluster/runtime";
import { type JobMark, jobMarkOf } from "../snapshot/job/job-mark.ts";
import { KINDS, RENDERED_KINDS } from "./kinds.ts";
import { type OperationMark, operationMarkOf } from "./operation-mark.ts";
import { type PodState, podStateOf } from "./pod-state.ts";
import { grantOf, markOf, namespaceOf, renderedOf, serviceOf, workloadOf } from "./project.ts";
import type {
  GrantMark,
  NamespaceMark,
  ObjectMark,
  RenderedMark,
  ServiceMark,
  Workload,
} from "./reads.ts";
import { instanceOfSnapshot, targetOfRestore } from "./store-work.ts";
import { SYNCER_MARKER_LABEL } from "./syncer-marker.ts";

/** The informers of the operator: small projections of what it looks at. */
export interface Caches {
  readonly instances: Informer<VClusterInstance>;
  /** By index `instance` those of one instance, as `namespace/name`; by `location` those of one location. */
  readonly snapshots: Informer<VClusterSnapshot>;
  /** By index `instance` those that are carried out on one instance. */
  readonly restores: Informer<VClusterRestore>;
  /** Locations beside the instances, and in the operator's own namespace. */
  readonly locations: Informer<VClusterSnapshotLocation>;
  /** Jobs of snapshot workers in the operator's namespace; by index `asker` those of one object, as `KIND/NAMESPACE/NAME`. */
  readonly jobs: Informer<JobMark>;
  /** Operations in the operator's namespace; by indexes `target` and `object` those that have not ended. */
  readonly operations: Informer<OperationMark>;
  readonly namespaces: Informer<NamespaceMark>;
  /** Metadata of Secrets that carry our labels: releases, kubeconfigs, escrow. */
  readonly secrets: Informer<ObjectMark>;
  /** Metadata of Secrets that the syncer writes: `vc-NAME` and `NAME-certs`. */
  readonly syncerSecrets: Informer<ObjectMark>;
  readonly services: Informer<ServiceMark>;
  readonly workloads: readonly Informer<Workload>[];
  readonly pods: Informer<PodState>;
  /** Metadata of the claims of control planes and their etcd. */
  readonly claims: Informer<ObjectMark>;
  readonly rendered: readonly Informer<RenderedMark>[];
  /** Roles and RoleBindings of ours beside the instances: who may read their kubeconfigs. */
  readonly roles: Informer<GrantMark>;
  readonly roleBindings: Informer<GrantMark>;
}

/** Which part of the cluster an operator looks at. */
export interface Scope {
  readonly operatorId: string;
  /** Namespace of the operator. */
  readonly operatorNamespace: string;
  /** Namespaces of the instances; empty: all. */
  readonly watchNamespaces: readonly string[];
}

/** Label selector of control planes and their etcd. Both labels are the chart's own. */
export const WORKLOAD_SELECTOR = "app in (vcluster,vcluster-etcd),!vcluster.loft.sh/managed-by";

const LAST_APPLIED_ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";

/** Creates all informers; none runs yet. */
export function createCaches(client: KubeClient, scope: Scope, deps: InformerDeps): Caches {
  // What the syncer copied for a tenant may carry any label.
  const labelSelector = `${OPERATOR_ID_LABEL}=${scope.operatorId},!${SYNCER_MARKER_LABEL}`;
  const byNamespace = { namespace: (object: { readonly namespace: string }) => [object.namespace] };
  const workload = (type: ResourceType, kind: Workload["kind"]): Informer<Workload> =>
    createInformer(
      {
        client,
        type,
        labelSelector: WORKLOAD_SELECTOR,
        project: (raw) => workloadOf(kind, raw),
        indexes: byNamespace,
      },
      deps,
    );
  const rendered = (type: ResourceType): Informer<RenderedMark> =>
    createInformer(
      {
        client,
        type,
        labelSelector: `${labelSelector},${GROUP}/render`,
        metadataOnly: true,
        project: (raw) => renderedOf(type.kind, raw),
        indexes: { owner: (object) => [object.owner] },
      },
      deps,
    );
  const grants = (type: ResourceType): Informer<GrantMark> =>
    createInformer(
      { client, type, labelSelector: `${labelSelector},!${GROUP}/render`, project: grantOf },
      deps,
    );
  return {
    instances: createNamespacesInformer(
      scope.watchNamespaces,
      {
        client,
        type: VCLUSTER_INSTANCE,
        project: (raw) => withoutBallast(raw) as unknown as VClusterInstance,
      },
      deps,
    ),
    snapshots: createNamespacesInformer(
      scope.watchNamespaces,
      {
        client,
        type: VCLUSTER_SNAPSHOT,
        project: (raw) => withoutBallast(raw) as unknown as VClusterSnapshot,
        indexes: {
          instance: (snapshot) => [instanceOfSnapshot(snapshot)],
          location: snapshotLocations,
        },
      },
      deps,
    ),
    restores: createNamespacesInformer(
      scope.watchNamespaces,
      {
        client,
        type: VCLUSTER_RESTORE,
        project: (raw) => withoutBallast(raw) as unknown as VClusterRestore,
        indexes: { instance: (restore) => [targetOfRestore(restore)] },
      },
      deps,
    ),
    locations: createNamespacesInformer(
      locationNamespaces(scope),
      {
        client,
        type: VCLUSTER_SNAPSHOT_LOCATION,
        project: (raw) => withoutBallast(raw) as unknown as VClusterSnapshotLocation,
      },
      deps,
    ),
    jobs: createInformer(
      {
        client,
        type: KINDS.job,
        namespace: scope.operatorNamespace,
        labelSelector: `${OPERATOR_ID_LABEL}=${scope.operatorId},${WORK_LABEL}`,
        project: jobMarkOf,
        indexes: { asker: ({ asker }) => [asker] },
      },
      deps,
    ),
    operations: createInformer(
      {
        client,
        type: VCLUSTER_OPERATION,
        namespace: scope.operatorNamespace,
        project: operationMarkOf,
        indexes: {
          target: (mark) => (mark.kind === "open" ? [mark.target] : []),
          object: (mark) =>
            mark.kind === "open" && mark.object !== undefined ? [mark.object] : [],
        },
      },
      deps,
    ),
    namespaces: createInformer(
      { client, type: KINDS.namespace, labelSelector, project: namespaceOf },
      deps,
    ),
    secrets: createInformer(
      {
        client,
        type: KINDS.secret,
        labelSelector,
        metadataOnly: true,
        project: markOf,
        indexes: byNamespace,
      },
      deps,
    ),
    syncerSecrets: createInformer(
      {
        client,
        type: KINDS.secret,
        labelSelector: `app=vcluster,!${SYNCER_MARKER_LABEL}`,
        metadataOnly: true,
        project: markOf,
      },
      deps,
    ),
    services: createInformer(
      { client, type: KINDS.service, labelSelector, project: serviceOf },
      deps,
    ),
    workloads: [
      workload(KINDS.statefulSet, "StatefulSet"),
      workload(KINDS.deployment, "Deployment"),
    ],
    pods: createInformer(
      { client, type: KINDS.pod, labelSelector: WORKLOAD_SELECTOR, project: podStateOf },
      deps,
    ),
    claims: createInformer(
      {
        client,
        type: KINDS.persistentVolumeClaim,
        labelSelector: WORKLOAD_SELECTOR,
        metadataOnly: true,
        project: markOf,
        indexes: byNamespace,
      },
      deps,
    ),
    rendered: RENDERED_KINDS.map(rendered),
    roles: grants(KINDS.role),
    roleBindings: grants(KINDS.roleBinding),
  };
}

/** Every informer of the set, for starting and waiting. */
export function allInformers(caches: Caches): readonly Informer<unknown>[] {
  const { instances, snapshots, restores, locations, jobs, operations } = caches;
  const { namespaces, secrets, syncerSecrets } = caches;
  const { services, workloads, pods, claims, rendered, roles, roleBindings } = caches;
  return [
    instances,
    snapshots,
    restores,
    locations,
    jobs,
    operations,
    namespaces,
    secrets,
    syncerSecrets,
    services,
    ...workloads,
    pods,
    claims,
    ...rendered,
    roles,
    roleBindings,
  ] as readonly Informer<unknown>[];
}

/** The default location lies in the operator's namespace. */
function locationNamespaces({ watchNamespaces, operatorNamespace }: Scope): readonly string[] {
  return watchNamespaces.length === 0
    ? watchNamespaces
    : [...new Set([...watchNamespaces, operatorNamespace])];
}

function snapshotLocations({ metadata, spec, status }: VClusterSnapshot): readonly string[] {
  const { namespace = "" } = metadata;
  if (status?.location !== undefined) return [keyText(status.location)];
  return spec.locationRef === undefined
    ? []
    : [keyText({ namespace, name: spec.locationRef.name })];
}

function withoutBallast(raw: KubeObject): KubeObject {
  const object = withoutManagedFields(raw);
  const { annotations } = object.metadata;
  if (annotations === undefined) return object;
  // The annotation is another copy of the whole object, which `kubectl apply` keeps for itself.
  const { [LAST_APPLIED_ANNOTATION]: _copy, ...others } = annotations;
  return { ...object, metadata: { ...object.metadata, annotations: others } };
}
