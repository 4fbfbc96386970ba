import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { type VCluster, VClusterSchema } from "@open-vcluster/api";
import { OPERATION_ANNOTATION, PROJECT_LABEL, type VClusterInstance } from "@open-vcluster/crds";
import { allowedActions } from "./actions.ts";
import { isReserved, type Labels } from "./labels.ts";
import { specToMessage } from "./spec-to-message.ts";
import { lastChangeMs, statusToMessage } from "./status-to-message.ts";
import { timeOf } from "./time.ts";

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** A virtual cluster as the contract shows it. Without kubeconfig and usage, which are no part of a resource. */
export function toMessage(instance: VClusterInstance): VCluster {
  const { metadata, spec } = instance;
  const changedMs = lastChangeMs(instance);
  return create(VClusterSchema, {
    id: metadata.uid ?? "",
    name: metadata.name,
    namespace: metadata.namespace ?? "",
    spec: specToMessage(spec),
    status: statusToMessage(instance),
    labels: { ...metadata.labels },
    annotations: foreignAnnotations(metadata.annotations ?? {}),
    owner: spec.owner ?? "",
    project: projectOf(instance),
    resourceVersion: metadata.resourceVersion ?? "",
    allowedActions: allowedActions(instance),
    currentOperation: metadata.annotations?.[OPERATION_ANNOTATION] ?? "",
    generation: BigInt(metadata.generation ?? 0),
    createTime: timeOf(metadata.creationTimestamp),
    updateTime: changedMs === 0 ? undefined : timestampFromMs(changedMs),
    deleteTime: timeOf(metadata.deletionTimestamp),
  });
}

/** The project of a virtual cluster; empty if it has none. */
function projectOf({ metadata, spec }: VClusterInstance): string {
  return spec.project ?? metadata.labels?.[PROJECT_LABEL] ?? "";
}

function foreignAnnotations(annotations: Labels): Record<string, string> {
  return Object.fromEntries(
    Object.entries(annotations).filter(([key]) => !isReserved(key) && key !== LAST_APPLIED),
  );
}
