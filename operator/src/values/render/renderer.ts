import type { VClusterInstanceSpec } from "@open-vcluster/crds";
import type { JsonObject } from "../json.ts";

/**
 * Which pods a release runs: all; none; or a deployed etcd alone, so that nothing writes to the store but who may.
 * With any other store `storeOnly` runs none, as `suspended` does: their values are the same.
 */
export type RenderMode = "running" | "suspended" | "storeOnly";

/** Everything that a set of values depends on; nothing else may reach a renderer. */
export interface RenderInput {
  /** The instance, for names. */
  readonly instance: { readonly namespace: string; readonly name: string };
  /** Its desired state. */
  readonly spec: VClusterInstanceSpec;
  /** Which of control plane and deployed etcd have pods. */
  readonly mode: RenderMode;
  /** Version of the chart that gets the values, such as "0.36.1". */
  readonly chartVersion: string;
  /** Kubernetes version of the control plane, such as "v1.36.0". */
  readonly kubernetesVersion: string;
  /** Members of the deployed etcd, from the release if there is one; 0 for any other store. */
  readonly etcdMembers: number;
  /** Namespace of the release on the host. */
  readonly targetNamespace: string;
  /** Registry that replaces every registry of the chart's images (air gap). Absent: the chart's own. */
  readonly imageRegistry?: string;
}

/** Turns desired state into Helm values. Pure, total on accepted specs, and frozen once released. */
export type Renderer = (input: RenderInput) => JsonObject;
