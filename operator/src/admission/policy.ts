import type { HasMetadata, ResourceType } from "@open-vcluster/runtime";

/** ValidatingAdmissionPolicy, served since Kubernetes 1.30. */
export const VALIDATING_ADMISSION_POLICY: ResourceType = admission(
  "validatingadmissionpolicies",
  "ValidatingAdmissionPolicy",
);

/** ValidatingAdmissionPolicyBinding. */
export const VALIDATING_ADMISSION_POLICY_BINDING: ResourceType = admission(
  "validatingadmissionpolicybindings",
  "ValidatingAdmissionPolicyBinding",
);

/** A policy object; every field that matters is written out, none is left to defaults. */
export interface AdmissionPolicy extends HasMetadata {
  readonly spec: {
    readonly failurePolicy: "Fail" | "Ignore";
    readonly matchConstraints: Readonly<Record<string, unknown>>;
    readonly validations: readonly {
      readonly expression: string;
      readonly message: string;
      readonly messageExpression?: string;
      readonly reason: "Forbidden";
    }[];
  };
}

/** A binding object. */
interface AdmissionPolicyBinding extends HasMetadata {
  readonly spec: { readonly policyName: string; readonly validationActions: readonly ["Deny"] };
}

/** A policy and the binding that puts it into force everywhere. */
export interface BoundPolicy {
  readonly policy: AdmissionPolicy;
  readonly binding: AdmissionPolicyBinding;
}

/** Binds a policy everywhere, with refusal. Pure. */
export function bindPolicy(
  metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> },
  spec: AdmissionPolicy["spec"],
): BoundPolicy {
  const apiVersion = "admissionregistration.k8s.io/v1";
  return {
    policy: { apiVersion, kind: "ValidatingAdmissionPolicy", metadata, spec },
    binding: {
      apiVersion,
      kind: "ValidatingAdmissionPolicyBinding",
      metadata,
      spec: { policyName: metadata.name, validationActions: ["Deny"] },
    },
  };
}

function admission(plural: string, kind: string): ResourceType {
  return { group: "admissionregistration.k8s.io", version: "v1", plural, kind, namespaced: false };
}
