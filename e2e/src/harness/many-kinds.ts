import { untilServed } from "./custom-resources.ts";
import type { Kubectl } from "./kubectl.ts";

const NAMESPACES = 8;
/** So many objects in one call of kubectl, which sends them one after the other. */
const BATCH = 125;
const SLEEPER = {
  containers: [
    { name: "main", image: "docker.io/library/busybox:1.36", command: ["sleep", "100000"] },
  ],
};

/**
 * About `count` objects of more than thirty kinds, custom resources among them, in the order in which they can be
 * made. None of them runs a pod.
 */
export function objectsOfManyKinds(count: number): readonly (readonly object[])[] {
  const namespaces = Array.from({ length: NAMESPACES }, (_, at) => `team-${String(at)}`);
  const first = [
    ...namespaces.map((name) => object("v1", "Namespace", { name })),
    widgetDefinition(),
    ...clusterWide(),
  ];
  const second = namespaces.flatMap(inNamespace);
  const rest = Math.max(0, count - first.length - second.length);
  const fill = Array.from({ length: rest }, (_, at) => filler(at, namespaces));
  return [first, [...second, ...fill]];
}

/** Makes objects, each group after the one before. */
export async function createAll(
  kubectl: Kubectl,
  groups: readonly (readonly object[])[],
): Promise<void> {
  for (const group of groups) {
    const batches = Array.from({ length: Math.ceil(group.length / BATCH) }, (_, at) =>
      group.slice(at * BATCH, (at + 1) * BATCH),
    );
    await Promise.all(
      batches.map((items) =>
        kubectl.run(
          ["create", "-f", "-"],
          JSON.stringify({ apiVersion: "v1", kind: "List", items }),
        ),
      ),
    );
    await untilServed(kubectl, ["widgets.example.com"]);
  }
}

function object(apiVersion: string, kind: string, metadata: object, rest: object = {}): object {
  return { apiVersion, kind, metadata, ...rest };
}

function filler(at: number, namespaces: readonly string[]): object {
  const metadata = {
    namespace: namespaces[at % namespaces.length],
    name: `item-${String(at)}`,
    labels: { part: String(at % 10) },
  };
  const text = `value ${String(at)} `.repeat(20);
  switch (at % 4) {
    case 0:
      return object("v1", "Secret", metadata, { stringData: { text } });
    case 1:
      return object("example.com/v1", "Widget", metadata, { spec: { size: at, text } });
    case 2:
      return object("v1", "ServiceAccount", metadata);
    default:
      return object("v1", "ConfigMap", metadata, { data: { text } });
  }
}

function widgetDefinition(): object {
  return object(
    "apiextensions.k8s.io/v1",
    "CustomResourceDefinition",
    { name: "widgets.example.com" },
    {
      spec: {
        group: "example.com",
        scope: "Namespaced",
        names: { kind: "Widget", plural: "widgets", singular: "widget" },
        versions: [
          {
            name: "v1",
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: {
                type: "object",
                properties: {
                  spec: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
                },
              },
            },
          },
        ],
      },
    },
  );
}

function clusterWide(): readonly object[] {
  const name = "kept";
  const rbac = "rbac.authorization.k8s.io/v1";
  const flow = "flowcontrol.apiserver.k8s.io/v1";
  const admission = "admissionregistration.k8s.io/v1";
  return [
    object(rbac, "ClusterRole", { name }, { rules: [] }),
    object(
      rbac,
      "ClusterRoleBinding",
      { name },
      {
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name },
        subjects: [],
      },
    ),
    object("scheduling.k8s.io/v1", "PriorityClass", { name }, { value: 7 }),
    object("storage.k8s.io/v1", "StorageClass", { name }, { provisioner: "example.com/none" }),
    object("storage.k8s.io/v1", "CSIDriver", { name: "none.example.com" }, { spec: {} }),
    object(
      "networking.k8s.io/v1",
      "IngressClass",
      { name },
      {
        spec: { controller: "example.com/none" },
      },
    ),
    object("node.k8s.io/v1", "RuntimeClass", { name }, { handler: "none" }),
    object(
      flow,
      "FlowSchema",
      { name },
      {
        spec: { matchingPrecedence: 9_000, priorityLevelConfiguration: { name: "catch-all" } },
      },
    ),
    object(
      flow,
      "PriorityLevelConfiguration",
      { name },
      {
        spec: { type: "Limited", limited: { limitResponse: { type: "Reject" } } },
      },
    ),
    object(
      admission,
      "ValidatingAdmissionPolicy",
      { name },
      {
        spec: {
          matchConstraints: {
            resourceRules: [
              {
                apiGroups: ["none.example.com"],
                apiVersions: ["v1"],
                operations: ["CREATE"],
                resources: ["nones"],
              },
            ],
          },
          validations: [{ expression: "true" }],
        },
      },
    ),
    object(
      admission,
      "ValidatingAdmissionPolicyBinding",
      { name },
      {
        spec: { policyName: name, validationActions: ["Deny"] },
      },
    ),
  ];
}

function inNamespace(namespace: string): readonly object[] {
  const labels = { app: "kept" };
  const metadata = { namespace, name: "kept", labels };
  const template = { metadata: { labels }, spec: SLEEPER };
  const selector = { matchLabels: labels };
  const job = { template: { spec: { ...SLEEPER, restartPolicy: "Never" } }, suspend: true };
  const rbac = "rbac.authorization.k8s.io/v1";
  return [
    object("v1", "Service", metadata, { spec: { selector: labels, ports: [{ port: 80 }] } }),
    object("v1", "Endpoints", { ...metadata, name: "manual" }, { subsets: [] }),
    object("v1", "LimitRange", metadata, { spec: { limits: [] } }),
    object("v1", "ResourceQuota", metadata, { spec: { hard: { pods: "100" } } }),
    object("v1", "PodTemplate", metadata, { template }),
    object("v1", "ReplicationController", metadata, {
      spec: { replicas: 0, selector: labels, template },
    }),
    object("apps/v1", "Deployment", metadata, { spec: { replicas: 0, selector, template } }),
    object(
      "apps/v1",
      "ReplicaSet",
      { ...metadata, name: "bare" },
      {
        spec: {
          replicas: 0,
          selector: { matchLabels: { app: "bare" } },
          template: { ...template, metadata: { labels: { app: "bare" } } },
        },
      },
    ),
    object("apps/v1", "StatefulSet", metadata, {
      spec: { replicas: 0, serviceName: "kept", selector, template },
    }),
    object(
      "apps/v1",
      "ControllerRevision",
      // Nobody adopts it.
      { namespace, name: "manual" },
      { revision: 3, data: {} },
    ),
    object("batch/v1", "Job", metadata, { spec: job }),
    object("batch/v1", "CronJob", metadata, {
      spec: { schedule: "0 0 1 1 *", suspend: true, jobTemplate: { spec: job } },
    }),
    object("autoscaling/v2", "HorizontalPodAutoscaler", metadata, {
      spec: {
        maxReplicas: 2,
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "none" },
      },
    }),
    object("policy/v1", "PodDisruptionBudget", metadata, {
      spec: { minAvailable: 1, selector: { matchLabels: { app: "none" } } },
    }),
    object("networking.k8s.io/v1", "NetworkPolicy", metadata, { spec: { podSelector: {} } }),
    object("networking.k8s.io/v1", "Ingress", metadata, {
      spec: { defaultBackend: { service: { name: "kept", port: { number: 80 } } } },
    }),
    object("coordination.k8s.io/v1", "Lease", metadata, { spec: { holderIdentity: "nobody" } }),
    object(rbac, "Role", metadata, { rules: [] }),
    object(rbac, "RoleBinding", metadata, {
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "kept" },
      subjects: [],
    }),
  ];
}
