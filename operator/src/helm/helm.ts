/** Helm values: what the values file holds. */
export type HelmValues = Readonly<Record<string, unknown>>;

/** A rendered object of the chart, as the API server would get it. */
export type RenderedObject = Readonly<Record<string, unknown>>;

/** Which Helm release is meant. */
export interface ReleaseTarget {
  readonly release: string;
  readonly namespace: string;
}

/** Whose release it is: the ownership labels of everything this product makes. */
export interface ReleaseOwner {
  readonly instanceNamespace: string;
  readonly instanceName: string;
  readonly operatorId: string;
}

/** What a revision was rendered from; kept as labels on its Secret, so that it is readable without its data. */
export interface ReleaseFacts {
  /** SHA-256 of the canonical values, the first 40 hex digits. */
  readonly valuesDigest: string;
  readonly renderer: string;
  readonly chartVersion: string;
  /** With a leading `v`, such as `v1.36.0`. */
  readonly kubernetesVersion: string;
  /** The power mode that was rendered, such as `running` or `suspended`. */
  readonly mode: string;
  /** Members of the deployed etcd; 0 without one. It is never changed by a suspension. */
  readonly etcdMembers: number;
}

/** How the post-renderer treats the chart's output. It is part of the renderer version. */
export interface RenderOptions {
  /**
   * Shorten the waiting of start-up probes that the chart has no value for. The time that a slow start may take stays the
   * same or grows.
   */
  readonly tightenProbes: boolean;
}

/** Everything that makes the objects of one revision. */
export interface RenderRequest {
  readonly target: ReleaseTarget;
  /** A packaged chart on disk. */
  readonly chartPath: string;
  readonly values: HelmValues;
  readonly owner: ReleaseOwner;
  readonly facts: ReleaseFacts;
  readonly render: RenderOptions;
}

/** What a successful run of Helm left behind. */
export interface ReleaseOutcome {
  /** The revision that is deployed now. */
  readonly revision: number;
  /**
   * What the API server remarked, such as an unknown field that it dropped: the path of a typing error in raw values. At
   * most ten, each once.
   */
  readonly warnings: readonly string[];
}

/**
 * Helm, as far as the operator uses it. Nothing here waits for workloads to become ready.
 *
 * Throws `Failure`; reasons: `ReleasePending` (kind conflict: another Helm run holds the release), `ValuesRejected`
 * (invalid), `RenderFailed` (invalid), `ReleaseForbidden` (denied; the message names the missing rule),
 * `ReleaseRejected` (invalid: the API server refuses an object), `ReleaseObjectExists` (alreadyExists: an object
 * of that name belongs to somebody else), `ReleaseUnknown` (notFound), `RevisionUnknown` (notFound),
 * `HelmDeadline` (timeout), `HelmUnavailable` (unavailable: the API server does not answer), `HelmInterrupted` (unavailable: a
 * signal ended it, ours after an abort or another's), `HelmMissing` (bug: the program cannot be started),
 * `HelmFailed` (bug: anything else).
 *
 * After any failure no revision of the failed attempt is left `pending-*`, unless the API server cannot be
 * reached; then the release reads as pending and is repaired after the deadline.
 */
export interface Helm {
  /**
   * One run at a time for a release: of two that begin in the same moment both may succeed, with the record of one and
   * objects of the other. Their label tells, and the next run puts them right.
   *
   * Installs the release or upgrades it to exactly these values; objects that were changed by hand are reset. The values
   * must have passed the chart's schema: Helm's own check of them is left out.
   */
  upgradeInstall(request: RenderRequest, signal: AbortSignal): Promise<ReleaseOutcome>;
  /** Makes an earlier revision the current one again. The new revision carries the labels of the earlier one. */
  rollback(target: ReleaseTarget, revision: number, signal: AbortSignal): Promise<ReleaseOutcome>;
  /** Removes the release, its history and its objects. An absent release is fine. */
  uninstall(target: ReleaseTarget, signal: AbortSignal): Promise<void>;
  /** Renders without a cluster, schema check and post-rendering included. `kubeVersion` is the host's, such as `v1.36.0`. */
  template(
    request: RenderRequest,
    kubeVersion: string,
    signal: AbortSignal,
  ): Promise<readonly RenderedObject[]>;
}
