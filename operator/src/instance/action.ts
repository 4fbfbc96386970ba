import type { PodRef } from "../drain/pod.ts";
import type { ReleaseRevision } from "../helm/releases.ts";
import type { DesiredRelease } from "./desire.ts";

/**
 * What one pass does: exactly one effect on the world, or none.
 *
 * Each kind is the effect's name in logs, in metrics and in the crash tests. Every effect may be repeated:
 * a process that dies right before or right after one leaves a world from which the next pass goes on.
 */
export type InstanceAction =
  | { readonly kind: "none" }
  | { readonly kind: "addFinalizer" }
  | { readonly kind: "createNamespace" }
  | { readonly kind: "createEscrow" }
  | {
      readonly kind: "writeCerts";
      /** The control plane may have started on certificates of its own making: it starts anew on the right ones. */
      readonly restart: boolean;
    }
  | { readonly kind: "followCerts" }
  | { readonly kind: "copyExternalEtcdSecret" }
  | { readonly kind: "deletePendingRevision"; readonly revision: ReleaseRevision }
  | { readonly kind: "takeSnapshot"; readonly name: string }
  | { readonly kind: "markDraining" }
  | { readonly kind: "evictPods"; readonly pods: readonly PodRef[] }
  | { readonly kind: "deletePods"; readonly pods: readonly PodRef[] }
  | { readonly kind: "abortDrain" }
  | { readonly kind: "unmarkDraining" }
  | { readonly kind: "markAwaitingWorkloads" }
  | { readonly kind: "unmarkAwaitingWorkloads" }
  | {
      readonly kind: "applyRelease";
      readonly release: DesiredRelease;
      readonly chartPath: string;
    }
  | { readonly kind: "markServed"; readonly versions: string }
  | { readonly kind: "markFailed"; readonly digest: string }
  | { readonly kind: "unmarkFailed" }
  | { readonly kind: "rollBack"; readonly toRevision: number }
  | { readonly kind: "prune" }
  | { readonly kind: "markHealthy"; readonly revision: ReleaseRevision }
  | { readonly kind: "writeKubeconfig" }
  | { readonly kind: "writeReader" }
  | { readonly kind: "uninstall" }
  | { readonly kind: "closeStore" }
  | { readonly kind: "deleteTenantPods" }
  | { readonly kind: "deleteNamespace" }
  | { readonly kind: "stripFinalizers"; readonly all: boolean }
  | { readonly kind: "deleteClusterObjects" }
  | { readonly kind: "deleteKubeconfig" }
  | { readonly kind: "deleteReader" }
  | { readonly kind: "deleteEscrow" }
  | { readonly kind: "removeFinalizer" };
