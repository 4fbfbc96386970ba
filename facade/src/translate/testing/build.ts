import type {
  InstanceStatusPhase,
  VClusterInstance,
  VClusterInstanceMetadata,
  VClusterInstanceSpec,
  VClusterInstanceStatus,
} from "@open-vcluster/crds";

/** What a test says about a resource; the rest is made up. */
export interface InstanceParts {
  readonly metadata?: Partial<VClusterInstanceMetadata>;
  readonly spec?: VClusterInstanceSpec;
  readonly status?: VClusterInstanceStatus;
}

/** A resource as the API server stores it. */
export function instance({ metadata, spec, status }: InstanceParts = {}): VClusterInstance {
  return {
    apiVersion: "openvcluster.io/v1alpha1",
    kind: "VClusterInstance",
    metadata: {
      name: "shop",
      namespace: "team-a",
      uid: "0d9c0a0e-1c1f-4f0e-9a52-9a6a2b4c7f10",
      resourceVersion: "41",
      generation: 2,
      creationTimestamp: "2026-01-02T03:04:05Z",
      ...metadata,
    },
    spec: spec ?? {},
    ...(status === undefined ? {} : { status }),
  };
}

/** A resource whose status is up to date and says this phase. */
export function inPhase(
  phase: InstanceStatusPhase,
  spec: VClusterInstanceSpec = {},
): VClusterInstance {
  return instance({ spec, status: { phase, observedGeneration: 2 } });
}
