import type { ReleaseOwner, ReleaseTarget } from "./helm.ts";
import type { ReleaseRevision } from "./releases.ts";

/**
 * The records that Helm keeps of one release: Secrets, read by metadata only (their data is some 195 KB each).
 *
 * Throws `Failure` as the Kubernetes client does; `conflict` when the Secret was changed since it was read.
 */
export interface ReleaseStore {
  /** All revisions, newest last. Without an owner none counts as ours. */
  list(
    target: ReleaseTarget,
    owner: ReleaseOwner | undefined,
    signal: AbortSignal,
  ): Promise<readonly ReleaseRevision[]>;
  /**
   * Makes sure that Helm would find nothing but its own records. Helm looks for labels alone, which a tenant can put
   * on a Secret that is synced to the host.
   *
   * Throws `precondition`, reason `ReleaseForged`, with the Secret's name.
   */
  requireGenuine(target: ReleaseTarget, signal: AbortSignal): Promise<void>;
  /** Removes a pending revision whose Helm process is dead. Nothing happens if it is gone or was changed meanwhile. */
  deletePending(
    target: ReleaseTarget,
    revision: ReleaseRevision,
    signal: AbortSignal,
  ): Promise<void>;
  /** Remembers that the control plane served with this revision. */
  markHealthy(target: ReleaseTarget, revision: ReleaseRevision, signal: AbortSignal): Promise<void>;
}
