import {
  type Group,
  group,
  integer,
  type Json,
  type Leaf,
  labels,
  part,
  parts,
  text,
  textMap,
  toggle,
  type Value,
} from "./value.ts";

/** What differs between the pods of the programs. */
interface PodDefaults {
  readonly replicas: number;
  readonly replicasMeaning: string;
  readonly resources: Readonly<Record<string, Json>>;
  readonly terminationSeconds: number;
  readonly terminationMeaning: string;
  /** Names of the variables of the program itself. */
  readonly variables: readonly string[];
}

/** The values that operator and facade have in common: their pods, accounts and budgets. */
export function podValues(program: string, defaults: PodDefaults): Readonly<Record<string, Value>> {
  return {
    replicas: integer(defaults.replicasMeaning, defaults.replicas, { minimum: 1 }),
    resources: part("Requests and limits of the container", defaults.resources),
    priorityClassName: text("PriorityClass of the pods; empty: that of the whole chart"),
    nodeSelector: textMap("Labels that a node must have"),
    tolerations: parts("Taints of nodes that the pods tolerate"),
    affinity: part("Affinity of the pods; empty: replicas avoid each other's nodes where they can"),
    topologySpreadConstraints: parts(
      "Spread of the pods; empty: over zones, where nodes have any. Pods are selected by the chart itself when labelSelector is left out",
    ),
    podAnnotations: textMap("Annotations of the pods"),
    podLabels: labels("Further labels of the pods"),
    terminationGracePeriodSeconds: integer(
      defaults.terminationMeaning,
      defaults.terminationSeconds,
      { minimum: 1 },
    ),
    extraEnv: extraEnv(defaults.variables),
    extraVolumes: parts("Further volumes of the pods, as in a Pod"),
    extraVolumeMounts: parts("Further mounts of the container, as in a Pod"),
    serviceAccount: serviceAccount(program),
    podDisruptionBudget: podDisruptionBudget(),
  };
}

function extraEnv(variables: readonly string[]): Leaf {
  const { schema, ...rest } = parts(
    "Further environment variables of the container, as in a Pod; those of the program itself are set by other values",
  );
  const items = { type: "object", properties: { name: { not: { enum: variables } } } };
  return { ...rest, schema: { ...schema, items } };
}

function serviceAccount(program: string): Group {
  return group(`ServiceAccount of the ${program}`, {
    create: toggle("Make it; false: it exists and name says which", true),
    name: text("Its name; empty: after the release"),
    annotations: textMap("Its annotations, such as the role of a cloud provider"),
  });
}

function podDisruptionBudget(): Group {
  return group("PodDisruptionBudget, made where there is more than one replica", {
    enabled: toggle("Make it", true),
    maxUnavailable: integer("Pods that may be missing at a time when nodes are drained", 1, {
      minimum: 1,
    }),
  });
}
