import type { VClusterInstance, VClusterRestore, VClusterSnapshot } from "@open-vcluster/crds";
import type { StoreSeen } from "../snapshot/access/store-seen.ts";
import type { JobMark } from "../snapshot/job/job-mark.ts";
import type { WorkSeen } from "../snapshot/job/look.ts";
import type { PlaceSeen } from "../snapshot/place/place.ts";
import type { ReachedRevision } from "../snapshot/worker/task.ts";
import type { OriginSeen } from "./origin-seen.ts";

/** Status of a restore. */
export type RestoreStatus = NonNullable<VClusterRestore["status"]>;

/** The work that a worker does for a restore, each as a word of a Job's name. */
export type RestoreStep = "verify" | "plan" | "restore" | "rollback";

/** A claim on a volume. */
export interface VolumeSeen {
  readonly name: string;
  readonly uid: string;
  /** It is deleted, and waits for whoever uses it. */
  readonly isGoing: boolean;
}

/** Everything that one pass looked at. Plain data. */
export interface RestoreSeen {
  readonly restore: VClusterRestore;
  /** The snapshot that is restored. */
  readonly snapshot: VClusterSnapshot | undefined;
  /** The instance under the target's name. */
  readonly instance: VClusterInstance | undefined;
  /** Of the certificates in escrow under the target's name; undefined when there are none. */
  readonly identity: string | undefined;
  /** The snapshot of the state from before, if it was asked for already. */
  readonly before: VClusterSnapshot | undefined;
  /** Work on the same instance that goes first, as `Kind namespace/name`. */
  readonly rival: string | undefined;
  /** The snapshot of the same instance that is being read from the store, as `Kind name`. */
  readonly reading: string | undefined;
  /** The restore that the target's namespace says has begun to write, as `namespace/name`. */
  readonly marked: string | undefined;
  /** Every Job of this restore that exists. */
  readonly jobs: readonly JobMark[];
  /** Today's attempt at each step. */
  readonly work: Readonly<Record<RestoreStep, WorkSeen>>;
  /** Claims on the volumes of the target's store; none before it ever ran. Of a new one: what an earlier one of its name left. */
  readonly volumes: readonly VolumeSeen[];
  /** The last revision of the target's store that its snapshots tell of. */
  readonly reached: ReachedRevision | undefined;
  /** How the store of the target can be reached; undefined while there is no target. */
  readonly store: StoreSeen | undefined;
  /** Where the snapshot is that is to be written next, with what opens it. */
  readonly place: PlaceSeen;
  /** What the snapshot says of its instance; read only for a new one. */
  readonly origin: OriginSeen;
}
