import type { ResourceType } from "@open-vcluster/runtime";
import { admissionPolicies } from "../../../operator/src/admission/ensure.ts";
import { CLUSTER_KINDS, KINDS, RENDERED_KINDS } from "../../../operator/src/world/kinds.ts";
import { type Need, needs, OPERATOR_ID, type Place, type Resource } from "./need.ts";

type KindName = keyof typeof KINDS;

/** What the operator's own code does, besides running Helm. The code is named where the right is easily forgotten. */
export const OWN_NEEDS: readonly Need[] = [
  ...on("everywhere", ["namespace"], ["get", "list", "watch"], "finds target namespaces"),
  ...on("everywhere", ["namespace"], ["create"], "makes target namespaces"),
  ...on(
    "everywhere",
    ["namespace"],
    ["patch"],
    "marks them while they are drained, resumed or upgraded",
  ),
  ...on("everywhere", ["namespace"], ["delete"], "removes a deleted instance"),
  ...RENDERED_KINDS.flatMap(({ group, plural }) =>
    needs(
      "everywhere",
      { group, resource: plural },
      ["list", "watch"],
      "counts the chart's objects, to find drift",
    ),
  ),
  ...on("everywhere", ["secret"], ["list", "watch"], "reads the records of Helm"),
  ...on("everywhere", ["secret"], ["patch"], "marks a revision healthy"),
  ...on("everywhere", ["secret"], ["delete"], "removes the record of a Helm run that died"),
  ...on(
    "everywhere",
    ["secret"],
    ["get", "create", "patch", "delete"],
    "keeps certificates, their escrow copy and kubeconfigs",
  ),
  ...on("everywhere", ["service"], ["get"], "dials the virtual API at its ClusterIP"),
  ...on("everywhere", ["pod"], ["list", "watch"], "sees whether a control plane is ready"),
  ...on(
    "everywhere",
    ["pod"],
    ["deletecollection"],
    "restarts a control plane with restored certificates; ends a tenant's pods on deletion",
  ),
  ...on("everywhere", ["pod"], ["delete"], "ends pods of a dead node on forced deletion"),
  ...needs(
    "everywhere",
    { group: "", resource: "pods/log" },
    ["get"],
    "says why a control plane does not start",
  ),
  ...needs(
    "everywhere",
    { group: "", resource: "events" },
    ["list"],
    "says why a control plane does not start",
  ),
  ...on(
    "everywhere",
    ["pod"],
    ["get", "create", "delete"],
    "opens a way to a sqlite store for as long as a snapshot or a restore needs it",
  ),
  ...on(
    "everywhere",
    ["statefulSet"],
    ["get"],
    "sees where a sqlite store is, and who may open it",
  ),
  ...on(
    "everywhere",
    ["networkPolicy"],
    ["create", "patch", "delete"],
    "lets nobody but its workers to a sqlite store",
  ),
  ...on(
    "everywhere",
    ["persistentVolumeClaim"],
    ["list", "watch"],
    "knows whether there is data to lose, and whether it was lost; says why a volume is missing",
  ),
  ...on(
    "everywhere",
    ["persistentVolumeClaim"],
    ["list", "delete"],
    "empties an etcd that answers nobody, for a restore that gives up what it holds",
  ),
  ...on(
    "everywhere",
    ["persistentVolumeClaim"],
    ["list", "create"],
    "makes the volume of a sqlite store that is restored before its control plane ever ran",
  ),
  ...on(
    "everywhere",
    ["configMap", "secret", "persistentVolumeClaim"],
    ["list", "patch"],
    "releases what waits for a syncer that is gone",
  ),
  ...on(
    "everywhere",
    ["pod", "service", "ingress", "statefulSet", "deployment"],
    ["list", "patch"],
    "releases what holds a forced deletion",
  ),
  ...CLUSTER_KINDS.flatMap(({ group, plural }) =>
    needs(
      "everywhere",
      { group, resource: plural },
      ["list", "delete"],
      "removes what outlives a namespace",
    ),
  ),
  ...on(
    "everywhere",
    ["role", "roleBinding"],
    ["get", "create", "patch", "delete"],
    "lets the facade read the kubeconfig and the usage of each instance",
  ),
  ...needs(
    "everywhere",
    { group: "metrics.k8s.io", resource: "pods" },
    ["list"],
    "grants it to the facade in the namespace of each virtual cluster, for its usage",
  ),
  ...on(
    "everywhere",
    ["roleBinding", "clusterRoleBinding"],
    ["list"],
    "stops where another installation works already",
  ),
  ...admissionNeeds(),
  ...needs(
    "instances",
    { group: "openvcluster.io", resource: "vclusterinstances" },
    ["get", "list", "watch"],
    "reads what is wanted",
  ),
  ...needs(
    "instances",
    { group: "openvcluster.io", resource: "vclusterinstances" },
    ["patch"],
    "sets its finalizer",
  ),
  ...needs(
    "instances",
    { group: "openvcluster.io", resource: "vclusterinstances" },
    ["create"],
    "makes the new instance that a restore asks for",
  ),
  ...needs(
    "instances",
    { group: "openvcluster.io", resource: "vclusterinstances/status" },
    ["patch"],
    "reports",
  ),
  ...needs(
    "instances",
    { group: "openvcluster.io", resource: "vclusterinstances/finalizers" },
    ["update"],
    "owns kubeconfig Secrets, where the API server asks for it (OwnerReferencesPermissionEnforcement)",
  ),
  ...["vclustersnapshots", "vclusterrestores"].flatMap((resource) => [
    ...needs(
      "instances",
      { group: "openvcluster.io", resource },
      ["get", "list", "watch"],
      "reads what is to be kept and restored",
    ),
    ...needs("instances", { group: "openvcluster.io", resource }, ["patch"], "sets its finalizer"),
    ...needs(
      "instances",
      { group: "openvcluster.io", resource: `${resource}/status` },
      ["patch"],
      "reports",
    ),
  ]),
  ...needs(
    "instances",
    { group: "openvcluster.io", resource: "vclustersnapshots" },
    ["create", "delete"],
    "makes snapshots before what cannot be undone, and for what it finds in a location; removes expired ones",
  ),
  ...needs(
    "instances",
    { group: "openvcluster.io", resource: "vclusterrestores" },
    ["delete"],
    "removes plans whose operation is removed",
  ),
  ...(["instances", "own"] as const).flatMap((place) => [
    ...needs(
      place,
      { group: "openvcluster.io", resource: "vclustersnapshotlocations" },
      ["get", "list", "watch"],
      "reads where snapshots are kept",
    ),
    ...needs(
      place,
      { group: "openvcluster.io", resource: "vclustersnapshotlocations/status" },
      ["patch"],
      "reports",
    ),
  ]),
  ...needs(
    "own",
    { group: "batch", resource: "jobs" },
    ["get", "list", "watch", "create", "delete"],
    "runs the workers that make and restore snapshots",
  ),
  ...needs(
    "instances",
    { group: "events.k8s.io", resource: "events" },
    ["get", "create", "patch"],
    "tells the story of an instance",
  ),
  ...needs(
    "own",
    { group: "coordination.k8s.io", resource: "leases" },
    ["get", "create", "update"],
    "elects a leader",
  ),
  ...needs(
    "own",
    { group: "openvcluster.io", resource: "vclusteroperations" },
    ["get", "list", "watch", "delete"],
    "follows operations of the API, and removes old ones",
  ),
  ...needs(
    "own",
    { group: "openvcluster.io", resource: "vclusteroperations/status" },
    ["patch"],
    "reports",
  ),
];

/** Policies and their bindings have the same names. An operator that may change others could lift the fence of the chart. */
function admissionNeeds(): readonly Need[] {
  const reason = "guards drains, protected instances and its own labels";
  const names = admissionPolicies(OPERATOR_ID).map(({ policy }) => policy.metadata.name);
  return ["validatingadmissionpolicies", "validatingadmissionpolicybindings"].flatMap((plural) => {
    const resource = { group: "admissionregistration.k8s.io", resource: plural };
    const changes = needs("everywhere", resource, ["get", "patch"], reason);
    return [
      ...needs("everywhere", resource, ["create"], reason),
      ...changes.map((need) => ({ ...need, names })),
    ];
  });
}

function on(
  place: Place,
  kinds: readonly KindName[],
  verbs: readonly string[],
  reason: string,
): readonly Need[] {
  return kinds.flatMap((name) => needs(place, resourceOf(KINDS[name]), verbs, reason));
}

function resourceOf({ group, plural }: ResourceType): Resource {
  return { group, resource: plural };
}
