import type { ObjectKey } from "@open-vcluster/runtime";
import type { WorkSettings } from "./job/work.ts";

/** What an operator's configuration fixes for all snapshots and restores. */
export interface SnapshotSettings {
  readonly operatorId: string;
  readonly operatorNamespace: string;
  /** Where the volume of a location is mounted in a worker. */
  readonly volumePath: string;
  /** Used where a snapshot names no location; undefined: there is none. */
  readonly defaultLocation: ObjectKey | undefined;
  readonly work: WorkSettings;
  /** How often work that runs is looked at, milliseconds. */
  readonly pollMs: number;
}
