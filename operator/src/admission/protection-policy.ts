import { GROUP, OPERATOR_ID_LABEL, VCLUSTER_INSTANCE } from "@open-vcluster/crds";
import { type BoundPolicy, bindPolicy } from "./policy.ts";

/**
 * Refuses to delete an instance while `spec.deletionProtection` is true, whoever asks: a person, a pruning GitOps tool or
 * the deletion of its namespace. Pure.
 *
 * Two installations refuse the same; each has its own policy, so that removing one leaves the other's.
 */
export function protectionPolicy(operatorId: string): BoundPolicy {
  const metadata = {
    name: `deletion-protection.${operatorId}.${GROUP}`,
    labels: { [OPERATOR_ID_LABEL]: operatorId },
  };
  return bindPolicy(metadata, {
    failurePolicy: "Fail",
    matchConstraints: {
      matchPolicy: "Equivalent",
      namespaceSelector: {},
      objectSelector: {},
      resourceRules: [
        {
          apiGroups: [GROUP],
          apiVersions: ["*"],
          operations: ["DELETE"],
          resources: [VCLUSTER_INSTANCE.plural],
          scope: "Namespaced",
        },
      ],
    },
    validations: [
      {
        expression:
          "!has(oldObject.spec) || !has(oldObject.spec.deletionProtection) || !oldObject.spec.deletionProtection",
        message:
          "The instance is protected against deletion: set spec.deletionProtection to false first",
        messageExpression: `"Instance " + oldObject.metadata.namespace + "/" + oldObject.metadata.name + " is protected against deletion: set spec.deletionProtection to false first, for example with: kubectl patch ${VCLUSTER_INSTANCE.plural} " + oldObject.metadata.name + " -n " + oldObject.metadata.namespace + " --type merge -p '{\\"spec\\":{\\"deletionProtection\\":false}}'"`,
        reason: "Forbidden",
      },
    ],
  });
}
