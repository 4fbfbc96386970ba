import type { VClusterInstance } from "@open-vcluster/crds";
import type { KubeClient } from "@open-vcluster/runtime";
import type { Caches } from "../../world/caches.ts";
import type { SnapshotSettings } from "../settings.ts";

/** What reaching a store uses. */
export interface StoreDeps {
  readonly client: KubeClient;
  readonly caches: Caches;
  readonly settings: SnapshotSettings;
}

/** Whose store is meant, and who wants to reach it. */
export interface StoreUse {
  readonly instance: VClusterInstance;
  /** As Jobs name it. */
  readonly asker: string;
  /** Whether a store that is damaged may be replaced by an empty one. */
  readonly mayRenew?: boolean;
  /** Whether the volume may be made where the control plane has never run. */
  readonly mayMake?: boolean;
}
