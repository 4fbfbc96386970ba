import type { KubeObject } from "@open-vcluster/runtime";

/** Just enough of a control plane's pod to know when to look at it again. */
export interface PodState {
  readonly namespace: string;
  readonly name: string;
  /** Changes whenever something changes that a diagnosis would read. */
  readonly state: string;
}

interface PodStatus {
  readonly phase?: string;
  readonly conditions?: readonly { readonly type: string; readonly reason?: string }[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
  readonly containerStatuses?: readonly ContainerStatus[];
}

interface ContainerStatus {
  readonly restartCount: number;
  readonly ready: boolean;
  readonly state?: { readonly waiting?: { readonly reason?: string } };
}

/** Reduces a pod to its state. Pure. */
export function podStateOf(raw: KubeObject): PodState {
  const status = (raw["status"] ?? {}) as PodStatus;
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const scheduling = status.conditions?.find((condition) => condition.type === "PodScheduled");
  return {
    namespace: raw.metadata.namespace ?? "",
    name: raw.metadata.name,
    state: [
      status.phase ?? "",
      scheduling?.reason ?? "",
      ...containers.map(
        (container) =>
          `${container.state?.waiting?.reason ?? ""}:${String(container.restartCount)}:${String(container.ready)}`,
      ),
    ].join(" "),
  };
}
