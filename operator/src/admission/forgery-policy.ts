import { GROUP, INSTANCE_NAME_LABEL, OPERATOR_ID_LABEL } from "@open-vcluster/crds";
import { SYNCER_MARKER_LABEL } from "../world/syncer-marker.ts";
import { type BoundPolicy, bindPolicy } from "./policy.ts";

/** Labels are a tenant's to choose, and the syncer copies them: ours are what we trust. */
const HAS_OUR_LABEL = `object.metadata.labels.exists(key, key.startsWith("${GROUP}/"))`;

/** Helm finds its records by these labels alone, whatever their Secret is called. */
const IS_OUR_RECORD = [
  `object.metadata.labels[?"owner"].orValue("") == "helm"`,
  `object.metadata.labels[?"name"].orValue("") == namespaceObject.metadata.labels["${INSTANCE_NAME_LABEL}"]`,
].join(" && ");

/**
 * Refuses objects that a tenant made to look like the operator's or Helm's own. Without it a tenant could hand Helm a
 * release record of its own, with manifests and hooks that run with the operator's rights. Pure.
 */
export function forgeryPolicy(operatorId: string): BoundPolicy {
  const metadata = {
    name: `forgery.${operatorId}.${GROUP}`,
    labels: { [OPERATOR_ID_LABEL]: operatorId },
  };
  return bindPolicy(metadata, {
    failurePolicy: "Fail",
    matchConstraints: {
      matchPolicy: "Equivalent",
      namespaceSelector: { matchLabels: { [OPERATOR_ID_LABEL]: operatorId } },
      objectSelector: { matchExpressions: [{ key: SYNCER_MARKER_LABEL, operator: "Exists" }] },
      resourceRules: [
        {
          apiGroups: ["*"],
          apiVersions: ["*"],
          operations: ["CREATE", "UPDATE"],
          resources: ["*"],
          scope: "Namespaced",
        },
      ],
    },
    validations: [
      {
        expression: `!(${HAS_OUR_LABEL})`,
        message: `Labels of ${GROUP} belong to the operator of this cluster: remove them from the object`,
        reason: "Forbidden",
      },
      {
        expression: `!(${IS_OUR_RECORD})`,
        message:
          "This object looks like the Helm record of the virtual cluster itself: give the Helm release inside another name",
        reason: "Forbidden",
      },
    ],
  });
}
