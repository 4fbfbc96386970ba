import { DRAIN_LABEL, GROUP, OPERATOR_ID_LABEL } from "@open-vcluster/crds";
import { SYNCER_MARKER_LABEL } from "../world/syncer-marker.ts";
import { type BoundPolicy, bindPolicy } from "./policy.ts";

/**
 * Refuses new synced pods in target namespaces that are marked as draining, so that evicted workloads wait inside the
 * virtual cluster instead of coming back on the host. Pure.
 *
 * The name carries the operator's id: of two installations in a cluster each has its own, for its own namespaces.
 */
export function drainPolicy(operatorId: string): BoundPolicy {
  const metadata = {
    name: `drain.${operatorId}.${GROUP}`,
    labels: { [OPERATOR_ID_LABEL]: operatorId },
  };
  return bindPolicy(metadata, {
    failurePolicy: "Fail",
    matchConstraints: {
      matchPolicy: "Equivalent",
      namespaceSelector: {
        matchLabels: { [DRAIN_LABEL]: "true", [OPERATOR_ID_LABEL]: operatorId },
      },
      objectSelector: { matchExpressions: [{ key: SYNCER_MARKER_LABEL, operator: "Exists" }] },
      resourceRules: [
        {
          apiGroups: [""],
          apiVersions: ["v1"],
          operations: ["CREATE"],
          resources: ["pods"],
          scope: "Namespaced",
        },
      ],
    },
    validations: [
      {
        expression: "false",
        message:
          "This virtual cluster is being drained before it is suspended: its workloads start again when it resumes",
        reason: "Forbidden",
      },
    ],
  });
}
