import type { DenyGroup } from "./rules.ts";
import { VOLUME_SNAPSHOTS } from "./volume-snapshots.ts";

const ETCD = "controlPlane.backingStore.etcd.deploy";
const ASK =
  "Remove it, or ask the administrator to allow this path in the operator's configuration.";

/** What reaches outside the target namespace or weakens pod security, unless the operator's configuration allows it. */
export const REACH: readonly DenyGroup[] = [
  {
    class: "reach",
    reason: "It puts objects of your choice into the host cluster with the operator's rights.",
    advice: "Apply such objects yourself, with your own rights on the host.",
    paths: ["experimental.deploy.host"],
  },
  {
    class: "reach",
    reason: "It is run as a template or as Helm by the control plane itself.",
    advice:
      "Use experimental.deploy.vcluster.manifests, or install into the virtual cluster with its kubeconfig.",
    paths: ["experimental.deploy.vcluster.manifestsTemplate", "experimental.deploy.vcluster.helm"],
  },
  {
    class: "reach",
    reason: "It grants the control plane rights of your choice on the host.",
    advice: ASK,
    paths: ["rbac", "plugins.*.rbac"],
  },
  {
    class: "reach",
    reason: "It runs containers or commands of your choice beside the control plane's credentials.",
    advice: "Use spec.plugins for extensions, or run it as a workload inside the virtual cluster.",
    paths: [
      "plugin",
      "controlPlane.statefulSet.initContainers",
      "controlPlane.statefulSet.sidecarContainers",
      "controlPlane.statefulSet.command",
      "controlPlane.statefulSet.args",
      "controlPlane.statefulSet.workingDir",
      "controlPlane.distro.k8s.apiServer.command",
      "controlPlane.distro.k8s.controllerManager.command",
      "controlPlane.distro.k8s.scheduler.command",
      "plugins.*.command",
      "plugins.*.args",
      "plugins.*.volumeMounts",
    ],
  },
  {
    class: "reach",
    reason: "Environment variables of the control plane can read Secrets and change what it runs.",
    advice: ASK,
    paths: [
      "controlPlane.statefulSet.env",
      "controlPlane.distro.k8s.env",
      `${ETCD}.statefulSet.env`,
    ],
  },
  {
    class: "reach",
    reason: "Program flags outside a short list reach files, addresses or identities.",
    advice: ASK,
    paths: [
      "controlPlane.distro.k8s.apiServer.extraArgs",
      "controlPlane.distro.k8s.controllerManager.extraArgs",
      "controlPlane.distro.k8s.scheduler.extraArgs",
      `${ETCD}.statefulSet.extraArgs`,
      "controlPlane.backingStore.database.embedded",
    ],
  },
  {
    class: "reach",
    reason: "A security context of your choice can weaken pod security on the host.",
    advice: ASK,
    paths: [
      "controlPlane.statefulSet.security",
      "controlPlane.distro.k8s.securityContext",
      `${ETCD}.statefulSet.security`,
      "controlPlane.coredns.security",
      "plugins.*.securityContext",
    ],
  },
  {
    class: "reach",
    reason: "A volume of your choice can mount files of the node or Secrets of the namespace.",
    advice: ASK,
    paths: [
      "controlPlane.statefulSet.persistence",
      `${ETCD}.statefulSet.persistence`,
      "controlPlane.hostPathMapper",
    ],
  },
  {
    class: "reach",
    reason: "A runtime class or priority class acts on every tenant of the host.",
    advice: ASK,
    paths: [
      "controlPlane.statefulSet.runtimeClassName",
      "controlPlane.statefulSet.scheduling.priorityClassName",
      `${ETCD}.statefulSet.scheduling.priorityClassName`,
      "controlPlane.coredns.priorityClassName",
      "sync.toHost.pods.runtimeClassName",
      "sync.toHost.pods.priorityClassName",
    ],
  },
  {
    class: "reach",
    reason: "An image of your choice would run as part of the control plane.",
    advice: "Ask the administrator to set a registry in the operator's configuration.",
    paths: [
      "controlPlane.advanced.defaultImageRegistry",
      "controlPlane.coredns.deployment.image",
      "sync.toHost.pods.rewriteHosts.initContainer.image",
    ],
  },
  {
    class: "reach",
    reason:
      "It copies ConfigMaps, Secrets, Services or Gateways of other namespaces into the virtual cluster.",
    advice: ASK,
    paths: [
      "sync.fromHost.configMaps",
      "sync.fromHost.secrets",
      "sync.fromHost.gateways",
      "networking.replicateServices",
    ],
  },
  {
    class: "reach",
    reason: "It lets the tenant create or change cluster-scoped objects of the host.",
    advice: ASK,
    paths: [
      "sync.toHost.persistentVolumes",
      "sync.toHost.storageClasses",
      "sync.toHost.priorityClasses",
      "sync.fromHost.nodes.syncBackChanges",
    ],
  },
  {
    class: "reach",
    reason:
      "Volume snapshots need rights on cluster-scoped objects, and charts from 0.36 on refuse the value.",
    advice: ASK,
    paths: VOLUME_SNAPSHOTS.paths,
    before: VOLUME_SNAPSHOTS.refusedFrom,
  },
  {
    class: "reach",
    reason: "It writes kubeconfigs into Secrets of your choice, also of other namespaces.",
    advice: "Read the Secret NAME-kubeconfig in the instance's namespace.",
    paths: ["exportKubeConfig.additionalSecrets", "exportKubeConfig.secret"],
  },
  {
    class: "reach",
    reason: "It opens the control plane on nodes or on a load balancer of the host.",
    advice:
      "Expose the virtual API with spec.ingress, or ask the administrator to allow this path.",
    paths: [
      "controlPlane.service.spec.type",
      "controlPlane.service.annotations",
      "controlPlane.coredns.service.spec",
    ],
  },
  {
    class: "reach",
    reason: "It is printed into the manifest as a template or routes to backends of your choice.",
    advice: "Set spec.ingress, or controlPlane.tlsRoute.host and parentRefs.",
    paths: ["controlPlane.ingress.spec", "controlPlane.tlsRoute.spec"],
  },
  {
    class: "reach",
    reason: "Labels and annotations outside a short list make controllers of the host act.",
    advice: ASK,
    paths: [
      "controlPlane.ingress.annotations",
      "controlPlane.advanced.serviceAccount.annotations",
      "controlPlane.advanced.workloadServiceAccount.annotations",
    ],
  },
  {
    class: "reach",
    reason: "It points the control plane at files or addresses of your choice.",
    advice: ASK,
    paths: [
      "experimental.syncSettings.hostMetricsBindAddress",
      "experimental.syncSettings.virtualMetricsBindAddress",
      "experimental.virtualClusterKubeConfig",
      "controlPlane.statefulSet.hostAliases",
      "integrations.metricsServer.apiService",
    ],
  },
  {
    class: "reach",
    reason: "It lets workloads resolve names of every namespace of the host.",
    advice: ASK,
    paths: ["networking.advanced.fallbackHostCluster"],
  },
  {
    class: "reach",
    reason: "It makes the host's Prometheus scrape every node for the tenant.",
    advice: ASK,
    paths: ["experimental.nodeMonitors"],
  },
  {
    class: "reach",
    reason: "The manifests of CoreDNS would be of your choice and applied by the control plane.",
    advice: "Use controlPlane.coredns.overwriteConfig or the deployment settings.",
    paths: ["controlPlane.coredns.overwriteManifests"],
  },
];
