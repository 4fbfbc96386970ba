import type { VClusterInstanceSpec } from "@open-vcluster/crds";
import type { JobMark } from "../snapshot/job/job-mark.ts";
import type { RestoreTask } from "../snapshot/worker/task.ts";
import type { RestoreStep, VolumeSeen } from "./seen.ts";

/** Work that a worker is to do. */
export type RestoreWork = SnapshotWork | StoreWork;

interface SnapshotWork {
  readonly step: "verify";
  readonly snapshotID: string;
}

interface StoreWork {
  readonly step: Exclude<RestoreStep, SnapshotWork["step"]>;
  readonly snapshotID: string;
  /** Whether the target has the certificates and the name that the snapshot was taken with. */
  readonly identity: "same" | "other";
  readonly mode: RestoreTask["mode"];
}

/** How an instance is made. */
export interface NewInstance {
  readonly spec: VClusterInstanceSpec;
  readonly labels: Readonly<Record<string, string>>;
}

/** What one pass does: one effect, or none. Each may be repeated. */
export type RestoreAction =
  | { readonly kind: "none" }
  | { readonly kind: "addFinalizer" }
  /** Puts the certificates that the snapshot holds where a new instance of this name finds them. */
  | ({
      readonly kind: "adoptIdentity";
      readonly certificates: Readonly<Record<string, string>>;
    } & NewInstance)
  | ({ readonly kind: "createInstance" } & NewInstance)
  | { readonly kind: "snapshotBefore"; readonly name: string }
  /** Nobody goes back to what was never kept to its end. */
  | { readonly kind: "deleteBefore"; readonly name: string; readonly uid: string }
  /** From here on the instance is not started before its store is whole. */
  | { readonly kind: "markStore" }
  | { readonly kind: "unmarkStore" }
  /** Removes what an etcd holds that does not answer. */
  | { readonly kind: "deleteVolume"; readonly volume: VolumeSeen }
  | { readonly kind: "openStore" }
  | { readonly kind: "closeStore" }
  | ({ readonly kind: "startWork" } & RestoreWork)
  | { readonly kind: "endWork"; readonly job: JobMark }
  | { readonly kind: "removeFinalizer" };
