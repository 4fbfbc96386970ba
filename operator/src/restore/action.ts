import type { VClusterInstanceSpec } from "@open-vcluster/crds";
import type { JobMark } from "../snapshot/job/job-mark.ts";
import type { RestoreTask } from "../snapshot/worker/task.ts";
import type { RestoreStep } from "./seen.ts";

/** What one pass does: one effect, or none. Each may be repeated. */
export type RestoreAction =
  | { readonly kind: "none" }
  | { readonly kind: "addFinalizer" }
  /** Puts the certificates that the snapshot holds where a new instance of this name finds them. */
  | { readonly kind: "adoptIdentity"; readonly certificates: Readonly<Record<string, string>> }
  | { readonly kind: "createInstance"; readonly spec: VClusterInstanceSpec }
  | { readonly kind: "snapshotBefore"; readonly name: string }
  /** From here on the instance is not started before its store is whole. */
  | { readonly kind: "markStore" }
  | { readonly kind: "unmarkStore" }
  | { readonly kind: "openStore" }
  | { readonly kind: "closeStore" }
  | {
      readonly kind: "startWork";
      readonly step: RestoreStep;
      readonly snapshotID: string;
      /** Whether the target has the certificates and the name that the snapshot was taken with. */
      readonly identity: "same" | "other";
      readonly mode: RestoreTask["mode"];
    }
  | { readonly kind: "endWork"; readonly job: JobMark }
  | { readonly kind: "removeFinalizer" };
