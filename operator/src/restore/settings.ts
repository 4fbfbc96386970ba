import type { SnapshotSettings } from "../snapshot/settings.ts";

/** What an operator's configuration fixes for all restores. Times in milliseconds. */
export interface RestoreSettings extends SnapshotSettings {
  /** How often work that may succeed later is begun, at most. */
  readonly mostAttempts: number;
  /** How long an instance may take to start before, or to be stopped for, a restore. */
  readonly powerDeadlineMs: number;
}
