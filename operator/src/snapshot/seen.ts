import type { VClusterInstance, VClusterSnapshot } from "@open-vcluster/crds";
import type { StoreSeen } from "./access/store-seen.ts";
import type { JobMark } from "./job/job-mark.ts";
import type { WorkSeen } from "./job/look.ts";
import type { PlaceSeen } from "./place/place.ts";
import type { Replica } from "./place/replicas.ts";

/** Everything that one pass looked at. Plain data. */
export interface SnapshotSeen {
  readonly snapshot: VClusterSnapshot;
  /** Undefined when there is none of that name. */
  readonly instance: VClusterInstance | undefined;
  /** Of the certificates in escrow; looked at until the snapshot is made, and not for an archive. */
  readonly identity: string | undefined;
  /** Looked at only as long as it is needed: until the end, to read it back again, and for a deletion. */
  readonly place: PlaceSeen | undefined;
  /** Where the archive is that is to be imported; undefined where none is, or it is not needed any more. */
  readonly archivePlace: PlaceSeen | undefined;
  /** Looked at only until the work began, and not for an archive. */
  readonly store: StoreSeen | undefined;
  /** Why other work on the instance comes first, as a sentence; undefined when nothing does. */
  readonly busy: string | undefined;
  /** The work of today's attempt. */
  readonly making: WorkSeen;
  /** The work that reads it back again. */
  readonly verifying: WorkSeen;
  /** The work that puts back what that found damaged. */
  readonly repairing: WorkSeen;
  /** Copies of its location; looked at only where something is damaged. */
  readonly replicas: readonly Replica[];
  /** The work that removes its data. */
  readonly removing: WorkSeen;
  /** Every Job of this snapshot that exists. */
  readonly jobs: readonly JobMark[];
  readonly isNamespaceGoing: boolean;
  /** Whether there are incremental snapshots of the same instance that may lie upon it. */
  readonly hasDependents: boolean;
  /** The restore under way that needs it, as `Kind namespace/name`. */
  readonly reader: string | undefined;
}
