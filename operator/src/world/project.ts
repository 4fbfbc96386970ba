import { INSTANCE_NAME_LABEL, INSTANCE_NAMESPACE_LABEL, RENDER_LABEL } from "@open-vcluster/crds";
import { type KubeObject, keyText } from "@open-vcluster/runtime";
import type {
  GrantMark,
  InstanceKey,
  NamespaceMark,
  ObjectMark,
  RenderedMark,
  ServiceMark,
  Workload,
} from "./reads.ts";

/** Metadata alone. Pure. */
export function markOf(raw: KubeObject): ObjectMark {
  const { metadata } = raw;
  return {
    name: metadata.name,
    namespace: metadata.namespace ?? "",
    uid: metadata.uid ?? "",
    resourceVersion: metadata.resourceVersion ?? "",
    creationTimestamp: metadata.creationTimestamp ?? "",
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
  };
}

/** A namespace, with what it waits for while it goes. Pure. */
export function namespaceOf(raw: KubeObject): NamespaceMark {
  const conditions = (raw["status"] as { conditions?: readonly NamespaceCondition[] } | undefined)
    ?.conditions;
  return {
    ...markOf(raw),
    terminating: raw.metadata.deletionTimestamp !== undefined,
    remaining: (conditions ?? [])
      .filter((condition) => condition.status === "True")
      .map((condition) => condition.message)
      .join(" "),
  };
}

interface NamespaceCondition {
  readonly status: string;
  readonly message: string;
}

interface WorkloadBody {
  readonly spec: {
    readonly replicas?: number;
    readonly template: {
      readonly spec: { readonly containers: readonly { readonly image?: string }[] };
    };
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly message?: string;
    }[];
  };
}

/** What a StatefulSet or Deployment wants and has. Pure. */
export function workloadOf(kind: Workload["kind"], raw: KubeObject): Workload {
  const { spec } = raw as unknown as WorkloadBody;
  const { name, namespace = "", labels = {} } = raw.metadata;
  return {
    kind,
    namespace,
    name,
    app: labels["app"] ?? "",
    replicas: spec.replicas ?? 1,
    image: spec.template.spec.containers[0]?.image ?? "",
    render: labels[RENDER_LABEL] ?? "",
    ...progressOf(raw),
  };
}

type Progress = Pick<Workload, "settled" | "current" | "updated" | "ready" | "replicaFailure">;

function progressOf(raw: KubeObject): Progress {
  const { status = {} } = raw as unknown as WorkloadBody;
  const { observedGeneration = 0, conditions = [] } = status;
  const failure = conditions.find(
    (condition) => condition.type === "ReplicaFailure" && condition.status === "True",
  );
  return {
    settled: observedGeneration >= (raw.metadata.generation ?? 0),
    current: status.replicas ?? 0,
    updated: status.updatedReplicas ?? 0,
    ready: status.readyReplicas ?? 0,
    ...(failure?.message === undefined ? {} : { replicaFailure: failure.message }),
  };
}

/** A Service's address inside the host cluster. Pure. */
export function serviceOf(raw: KubeObject): ServiceMark {
  const spec = raw["spec"] as { readonly clusterIP?: string } | undefined;
  return {
    namespace: raw.metadata.namespace ?? "",
    name: raw.metadata.name,
    clusterIP: spec?.clusterIP ?? "",
  };
}

/** An object of the chart's manifest. Pure. */
export function renderedOf(kind: string, raw: KubeObject): RenderedMark {
  return {
    kind,
    namespace: raw.metadata.namespace ?? "",
    name: raw.metadata.name,
    render: raw.metadata.labels?.[RENDER_LABEL] ?? "",
    owner: keyText(ownerOf(raw.metadata.labels ?? {}) ?? { name: "" }),
  };
}

/** A Role or RoleBinding, with what it grants. Pure. */
export function grantOf(raw: KubeObject): GrantMark {
  const { apiVersion: _version, kind: _kind, metadata: _metadata, ...grants } = raw;
  return { ...markOf(raw), grants };
}

/** Whether labels hold all the wanted ones. Pure. */
export function carriesLabels(
  labels: Readonly<Record<string, string>> | undefined,
  wanted: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(wanted).every(([label, value]) => labels?.[label] === value);
}

/** The instance that an object's labels name. Pure. */
export function ownerOf(labels: Readonly<Record<string, string>>): InstanceKey | undefined {
  const namespace = labels[INSTANCE_NAMESPACE_LABEL];
  const name = labels[INSTANCE_NAME_LABEL];
  return namespace === undefined || name === undefined ? undefined : { namespace, name };
}
