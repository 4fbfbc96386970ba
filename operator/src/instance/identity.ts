import {
  INSTANCE_NAME_LABEL,
  INSTANCE_NAMESPACE_LABEL,
  OPERATOR_ID_LABEL,
  type VClusterInstance,
} from "@open-vcluster/crds";
import type { VirtualEndpoint } from "../kubeconfig/secret.ts";
import type { InstanceKey, Located, ObjectMark } from "../world/reads.ts";

/** Labels that mark an object as made by this operator for this instance. Pure. */
export function ownershipLabels(
  instance: InstanceKey,
  operatorId: string,
): Readonly<Record<string, string>> {
  return {
    [INSTANCE_NAMESPACE_LABEL]: instance.namespace,
    [INSTANCE_NAME_LABEL]: instance.name,
    [OPERATOR_ID_LABEL]: operatorId,
  };
}

/** How clients reach the virtual API. Pure. */
export function endpointOf(
  { spec }: VClusterInstance,
  at: Located,
  clusterIP: string,
): VirtualEndpoint {
  return {
    name: at.instance.name,
    targetNamespace: at.targetNamespace,
    clusterIP,
    ingressHost: spec.ingress?.host,
  };
}

/** What changes whenever the contents of a Secret may have changed. Pure. */
export function sourceVersionOf(mark: ObjectMark): string {
  return `${mark.uid}/${mark.resourceVersion}`;
}
