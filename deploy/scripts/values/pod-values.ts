import {
  type Group,
  group,
  integer,
  type Json,
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
}

/** The values that operator and facade have in common: their pods, accounts and budgets. */
export function podValues(program: string, defaults: PodDefaults): Readonly<Record<string, Value>> {
  return {
    replicas: integer(defaults.replicasMeaning, defaults.replicas, 1),
    resources: part("Requests and limits of the container", defaults.resources),
    priorityClassName: text("PriorityClass of the pods; empty: that of the whole chart"),
    nodeSelector: textMap("Labels that a node must have"),
    tolerations: parts("Taints of nodes that the pods tolerate"),
    affinity: part("Affinity of the pods; empty: replicas avoid each other's nodes where they can"),
    topologySpreadConstraints: parts(
      "Spread of the pods; empty: over zones, where nodes have any. Pods are selected by the chart itself when labelSelector is left out",
    ),
    podAnnotations: textMap("Annotations of the pods"),
    podLabels: textMap("Further labels of the pods"),
    terminationGracePeriodSeconds: integer(
      defaults.terminationMeaning,
      defaults.terminationSeconds,
      1,
    ),
    extraEnv: parts("Further environment variables of the container, as in a Pod"),
    extraVolumes: parts("Further volumes of the pods, as in a Pod"),
    extraVolumeMounts: parts("Further mounts of the container, as in a Pod"),
    serviceAccount: serviceAccount(program),
    podDisruptionBudget: podDisruptionBudget(),
  };
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
    maxUnavailable: integer("Pods that may be missing at a time when nodes are drained", 1, 1),
  });
}
