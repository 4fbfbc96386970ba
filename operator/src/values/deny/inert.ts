import type { DenyGroup } from "./rules.ts";
import { VOLUME_SNAPSHOTS } from "./volume-snapshots.ts";

/** What the open-source image ignores or stops at, although the chart accepts it. */
export const INERT: readonly DenyGroup[] = [
  {
    class: "inert",
    reason: "The open-source control plane stops at start when this is set.",
    advice: "Set spec.backingStore to sqlite, etcd or externalEtcd instead.",
    paths: [
      "controlPlane.backingStore.etcd.embedded",
      "controlPlane.backingStore.database.external",
    ],
  },
  {
    class: "inert",
    reason: "The open-source control plane stops at start when this is set.",
    advice: "Remove it: CoreDNS runs as a Deployment inside the virtual cluster.",
    paths: ["controlPlane.coredns.embedded"],
  },
  {
    class: "inert",
    reason:
      "The open-source control plane stops at start when patches, namespace sync or scheduler sync are set.",
    advice: "Remove it.",
    paths: [
      "sync.toHost.*.patches",
      "sync.fromHost.*.patches",
      "sync.toHost.gatewayApi.httpRoutes.patches",
      "sync.toHost.gatewayApi.gateways.patches",
      "sync.toHost.gatewayApi.tlsRoutes.patches",
      "sync.toHost.gatewayApi.backendTLSPolicies.patches",
      "sync.toHost.gatewayApi.referenceGrants.patches",
      "sync.toHost.namespaces",
      "sync.toHost.pods.hybridScheduling",
    ],
  },
  {
    class: "inert",
    reason:
      "The open-source control plane has no private nodes and stops at start or ignores their settings.",
    advice: "Remove it: workloads run on the nodes of the host.",
    paths: [
      "privateNodes",
      "controlPlane.standalone",
      "controlPlane.endpoint",
      "controlPlane.advanced.konnectivity",
      "controlPlane.advanced.cloudControllerManager",
      "controlPlane.advanced.registry",
      "controlPlane.advanced.kubeVip",
      "networking.podCIDR",
      "deploy",
    ],
  },
  {
    class: "inert",
    reason: "The open-source control plane stops at start when this is set.",
    advice: "Remove it.",
    paths: ["experimental.proxy", "controlPlane.hostPathMapper.central"],
  },
  {
    class: "inert",
    reason:
      "The open-source control plane ignores it, although the chart grants rights on the host for it.",
    advice: "Remove it.",
    paths: [
      "sync.toHost.customResources",
      "sync.fromHost.customResources",
      "sync.toHost.resourceClaims",
      "sync.toHost.resourceClaimTemplates",
      "sync.fromHost.deviceClasses",
      "integrations",
    ],
  },
  {
    class: "inert",
    reason: "The open-source control plane ignores it.",
    advice: "Remove it.",
    paths: [
      "policies.centralAdmission",
      "experimental.denyProxyRequests",
      "experimental.docker",
      "networking.resolveDNS",
      "platform",
      "external",
      "pro",
      "global",
    ],
  },
  {
    class: "inert",
    reason: "The open-source control plane ignores it.",
    advice: "Set spec.powerState: Suspended to stop the instance.",
    paths: ["sleep", "sleepMode"],
  },
  {
    class: "inert",
    reason: "The open-source control plane ignores it.",
    advice: "Remove it: snapshots and deletion are the operator's.",
    paths: ["snapshots", "deletion"],
  },
  {
    class: "inert",
    reason: "Charts from 0.36 on refuse to install while a volume-snapshot value is present.",
    advice: "Remove it; an empty value is refused too.",
    paths: VOLUME_SNAPSHOTS.paths,
    from: VOLUME_SNAPSHOTS.refusedFrom,
  },
];
