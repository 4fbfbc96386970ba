import type { DenyGroup } from "./rules.ts";

const ETCD = "controlPlane.backingStore.etcd.deploy";

/** What the operator decides itself: a second opinion in raw values would be overwritten or break the life cycle. */
export const OWNED: readonly DenyGroup[] = [
  {
    class: "owned",
    reason: "Replica counts belong to the operator, because suspending and scaling change them.",
    advice: "Set spec.controlPlane.replicas, or spec.backingStore.etcd.replicas when creating.",
    paths: [
      "controlPlane.statefulSet.highAvailability.replicas",
      `${ETCD}.statefulSet.highAvailability.replicas`,
      "controlPlane.advanced.podDisruptionBudget",
    ],
  },
  {
    class: "owned",
    reason:
      "The backing store belongs to the operator, because another store starts an empty cluster.",
    advice: "Set spec.backingStore when creating the instance.",
    paths: ["controlPlane.backingStore", "controlPlane.backingStore.database.embedded.enabled"],
  },
  {
    class: "owned",
    reason: "Volumes belong to the operator, because changing them breaks upgrades or loses data.",
    advice: "Set spec.storage or spec.backingStore.etcd.storage when creating the instance.",
    paths: [
      "controlPlane.statefulSet.persistence.volumeClaim",
      `${ETCD}.statefulSet.persistence.volumeClaim`,
    ],
  },
  {
    class: "owned",
    reason:
      "Images and their versions belong to the operator: the open-source image of the chart's own version.",
    advice:
      "Set spec.chart.version or spec.kubernetesVersion; another registry is set in the operator's configuration.",
    paths: [
      "controlPlane.statefulSet.image",
      "controlPlane.statefulSet.imagePullPolicy",
      "controlPlane.distro.k8s.enabled",
      "controlPlane.distro.k8s.version",
      "controlPlane.distro.k8s.image",
      "controlPlane.distro.k8s.imagePullPolicy",
      `${ETCD}.statefulSet.image`,
      `${ETCD}.statefulSet.imagePullPolicy`,
    ],
  },
  {
    class: "owned",
    reason:
      "Resources of the control plane belong to the operator, because quotas are computed from them.",
    advice: "Set spec.controlPlane.resources or spec.backingStore.etcd.resources.",
    paths: [
      "controlPlane.statefulSet.resources",
      "controlPlane.distro.k8s.resources",
      `${ETCD}.statefulSet.resources`,
    ],
  },
  {
    class: "owned",
    reason: "Probes belong to the operator, because readiness and start-up time depend on them.",
    advice: "Remove it.",
    paths: ["controlPlane.statefulSet.probes"],
  },
  {
    class: "owned",
    reason: "How pods of the control plane are started and replaced belongs to the operator.",
    advice: "Remove it.",
    paths: [
      "controlPlane.statefulSet.scheduling.podManagementPolicy",
      "controlPlane.distro.k8s.apiServer.enabled",
      "controlPlane.distro.k8s.controllerManager.enabled",
    ],
  },
  {
    class: "owned",
    reason:
      "The Service of the control plane belongs to the operator, because certificates and kubeconfigs name it.",
    advice: "Expose the virtual API with spec.ingress.",
    paths: ["controlPlane.service", "controlPlane.proxy.bindAddress", "controlPlane.proxy.port"],
  },
  {
    class: "owned",
    reason:
      "The kubeconfig Secret of the chart belongs to the operator, which derives NAME-kubeconfig from it.",
    advice: "Read the Secret NAME-kubeconfig in the instance's namespace.",
    paths: ["exportKubeConfig"],
  },
  {
    class: "owned",
    reason: "Telemetry is always off.",
    advice: "Remove it.",
    paths: ["telemetry"],
  },
  {
    class: "owned",
    reason:
      "Owner references are always off, because with them deleting one Service deletes the tenant's volumes.",
    advice: "Remove it.",
    paths: ["experimental.syncSettings.setOwner"],
  },
  {
    class: "owned",
    reason: "Quota and limits belong to the operator, which adds what the control plane needs.",
    advice: "Set spec.quota or spec.limits.",
    paths: ["policies.resourceQuota", "policies.limitRange"],
  },
  {
    class: "owned",
    reason: "The addresses and the domain of a virtual cluster cannot change after its creation.",
    advice: "Set spec.network when creating the instance.",
    paths: ["serviceCIDR", "networking.serviceCIDR", "networking.advanced.clusterDomain"],
  },
  {
    class: "owned",
    reason: "The ServiceAccount of the control plane belongs to the operator.",
    advice: "Set spec.serviceAccount.",
    paths: [
      "controlPlane.advanced.serviceAccount.enabled",
      "controlPlane.advanced.serviceAccount.name",
      "controlPlane.advanced.workloadServiceAccount.enabled",
      "controlPlane.advanced.workloadServiceAccount.name",
    ],
  },
];
