import {
  type PlanRestoreRequest,
  RestoreMode,
  type RestoreVClusterRequest,
} from "@open-vcluster/api";
import {
  API_VERSION,
  type InstanceId,
  VCLUSTER_RESTORE,
  type VClusterRestore,
  type VClusterSnapshot,
} from "@open-vcluster/crds";
import type { FieldViolation } from "@open-vcluster/runtime";
import { ownerNamed } from "./create.ts";
import { namespaceOf, namespaceViolations, nameViolations } from "./names.ts";
import { filtersFrom, filterViolations, isPart } from "./restore-filters.ts";
import { requestIdViolations, targetViolations } from "./validate.ts";

type Mode = NonNullable<VClusterRestore["spec"]["mode"]>;

const MODES: Readonly<Record<RestoreMode, Mode | undefined>> = {
  [RestoreMode.UNSPECIFIED]: undefined,
  [RestoreMode.IN_PLACE]: "InPlace",
  [RestoreMode.REPLACE]: "Replace",
};

/** Everything that is wrong with a request for a restore. */
export function restoreViolations(request: RestoreVClusterRequest): readonly FieldViolation[] {
  const { createNew, name, newName, newNamespace, snapshotId } = request;
  const onlyNew = (field: string, value: string): readonly FieldViolation[] =>
    value === "" || createNew
      ? []
      : [{ field, description: "has no meaning without create_new: set that, or unset this" }];
  return [
    ...(createNew ? nameViolations(newName, "new_name") : nameViolations(name)),
    ...namespaceViolations(request.namespace),
    ...namespaceViolations(newNamespace, "new_namespace"),
    ...onlyNew("new_name", newName),
    ...onlyNew("new_namespace", newNamespace),
    ...snapshotIdViolations(snapshotId),
    ...filterViolations(request),
    ...(createNew && isPart(request)
      ? [{ field: "create_new", description: "must not be set with filters: a part needs a whole" }]
      : []),
    ...modeViolations(request),
    ...(createNew && request.preRestoreSnapshot !== undefined
      ? [{ field: "pre_restore_snapshot", description: "has no meaning with create_new: unset it" }]
      : []),
    ...requestIdViolations(request.requestId),
  ];
}

function modeViolations(request: RestoreVClusterRequest): readonly FieldViolation[] {
  const { mode } = request;
  // A client of a later version may know more of them.
  if (!Object.hasOwn(MODES, mode)) return [{ field: "mode", description: "is unknown" }];
  if (mode !== RestoreMode.REPLACE || !isPart(request)) return [];
  const description = "must not be RESTORE_MODE_REPLACE with filters: they restore a part";
  return [{ field: "mode", description }];
}

/** Everything that is wrong with a request for a plan. */
export function planViolations(request: PlanRestoreRequest): readonly FieldViolation[] {
  return [
    ...targetViolations(request),
    ...snapshotIdViolations(request.snapshotId),
    ...filterViolations(request),
  ];
}

function snapshotIdViolations(id: string): readonly FieldViolation[] {
  return id === "" ? [{ field: "snapshot_id", description: "must be set" }] : [];
}

/** The virtual cluster that a restore writes. Pure. */
export function restoreTarget(request: RestoreVClusterRequest): InstanceId {
  const namespace = namespaceOf(request);
  if (!request.createNew) return { namespace, name: request.name };
  return {
    namespace: request.newNamespace === "" ? namespace : request.newNamespace,
    name: request.newName,
  };
}

/**
 * The resource that a request asks for, by a name. It lies beside the virtual cluster that it writes. A new one is its
 * caller's, unless it comes back as what it was. Pure.
 */
export function restoreFrom(
  request: RestoreVClusterRequest,
  snapshot: VClusterSnapshot,
  { name, caller }: { readonly name: string; readonly caller: string },
): VClusterRestore {
  const target = restoreTarget(request);
  const { preRestoreSnapshot } = request;
  const mode = MODES[request.mode];
  return restoreOf({ namespace: target.namespace, name }, snapshot, {
    target: request.createNew
      ? { newInstance: { name: target.name, ...ownerOf(target, snapshot, caller) } }
      : { instanceRef: { name: target.name } },
    ...filtersFrom(request),
    ...(mode === undefined ? {} : { mode }),
    ...(preRestoreSnapshot === undefined ? {} : { preRestoreSnapshot }),
  });
}

function ownerOf(
  { namespace, name }: InstanceId,
  { metadata, spec }: VClusterSnapshot,
  caller: string,
): { readonly owner?: string } {
  const comesBack = namespace === metadata.namespace && name === spec.instanceRef.name;
  return comesBack ? {} : { owner: ownerNamed(caller) };
}

/** The resource that finds out what a restore would change, by a name. Pure. */
export function planFrom(
  request: PlanRestoreRequest,
  snapshot: VClusterSnapshot,
  name: string,
): VClusterRestore {
  return restoreOf({ namespace: namespaceOf(request), name }, snapshot, {
    target: { instanceRef: { name: request.name } },
    ...filtersFrom(request),
    dryRun: true,
  });
}

function restoreOf(
  metadata: InstanceId,
  snapshot: VClusterSnapshot,
  wish: Omit<VClusterRestore["spec"], "snapshotRef">,
): VClusterRestore {
  const { namespace, name } = snapshot.metadata;
  const isElsewhere = namespace !== metadata.namespace;
  return {
    apiVersion: API_VERSION,
    kind: VCLUSTER_RESTORE.kind,
    metadata,
    spec: {
      snapshotRef: { name, ...(isElsewhere && namespace !== undefined ? { namespace } : {}) },
      ...wish,
    },
  };
}
