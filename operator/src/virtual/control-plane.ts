import type { HasMetadata } from "@open-vcluster/runtime";

/** One container of a pod, from `status.containerStatuses` or `initContainerStatuses`. */
export interface ContainerStatus {
  readonly name: string;
  readonly image?: string;
  readonly ready?: boolean;
  readonly restartCount?: number;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
}

/** State of a container. */
interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: { readonly startedAt?: string };
  readonly terminated?: {
    readonly exitCode?: number;
    readonly reason?: string;
    readonly message?: string;
  };
}

/** A pod of a control plane or of its etcd, on the host cluster. */
export interface ControlPlanePod extends HasMetadata {
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
    }[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

/** A PersistentVolumeClaim of a control plane or of its etcd. */
export interface ControlPlaneClaim extends HasMetadata {
  readonly spec?: { readonly storageClassName?: string };
  readonly status?: { readonly phase?: string };
}

/** An Event of the target namespace (core/v1). */
export interface HostEvent extends HasMetadata {
  readonly reason?: string;
  readonly message?: string;
  readonly type?: string;
  /** RFC 3339; absent for events of the new API, which have `eventTime`. */
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly involvedObject?: {
    readonly kind?: string;
    readonly name?: string;
    readonly uid?: string;
  };
}

/** The last words of one container. */
export interface LastWords {
  readonly pod: string;
  readonly container: string;
  /** Already safe to show; see `tellingLine`. */
  readonly line: string;
}

/** What lies on the host of a control plane that is not up. */
export interface ControlPlaneSeen {
  readonly pods: readonly ControlPlanePod[];
  readonly claims: readonly ControlPlaneClaim[];
  /** Warnings about these pods, claims and their workloads. */
  readonly warnings: readonly HostEvent[];
  readonly lastWords: readonly LastWords[];
  /** Message of a ReplicaFailure condition of the Deployment. */
  readonly replicaFailure?: string | undefined;
}

/** A container of a pod, with the pod's name. */
export interface PlacedContainer {
  readonly pod: string;
  readonly status: ContainerStatus;
}

/** Pods that should run: neither completed nor on their way out. Pure. */
export function livePods(pods: readonly ControlPlanePod[]): readonly ControlPlanePod[] {
  return pods.filter(
    ({ metadata, status }) =>
      metadata.deletionTimestamp === undefined &&
      status?.phase !== "Succeeded" &&
      status?.phase !== "Failed",
  );
}

/** Containers that are not doing their work: neither ready nor completed with success. Pure. */
export function troubledContainers(pods: readonly ControlPlanePod[]): readonly PlacedContainer[] {
  return livePods(pods).flatMap(({ metadata, status }) =>
    [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]
      .filter((container) => !isWorking(container))
      .map((container) => ({ pod: metadata.name, status: container })),
  );
}

function isWorking(container: ContainerStatus): boolean {
  return container.ready === true || container.state?.terminated?.exitCode === 0;
}
