import type { ServiceAccountName } from "../kubeconfig/reader.ts";

/** Durations and names that an operator's configuration fixes for all instances. All times in milliseconds. */
export interface InstanceSettings {
  /** Whose labels mark what is ours. Two operators in one cluster have different ones. */
  readonly operatorId: string;
  /** Namespace of the operator: keeps the escrow of identities. */
  readonly operatorNamespace: string;
  /** Chart version of an instance that names none. */
  readonly defaultChartVersion: string;
  /** After this time a Helm process is dead for certain, margin included. */
  readonly helmDeadMs: number;
  /** How long a new revision may take to serve before it counts as failed. */
  readonly upgradeDeadlineMs: number;
  /** Informers may be behind the last Helm run by this much; drift is judged only after it. */
  readonly driftGraceMs: number;
  /** How often a drain looks again. */
  readonly drainPollMs: number;
  /** How often an instance that should serve but does not is looked at without an event. */
  readonly startPollMs: number;
  /** How soon a virtual API that is about to answer is asked again. */
  readonly probePollMs: number;
  /** Paths of values that reach outside an instance's namespace and are allowed all the same. */
  readonly allowedValues: readonly string[];
  /** ServiceAccount of the API, which may read `NAME-kubeconfig` of every instance; undefined where there is no API. */
  readonly kubeconfigReader: ServiceAccountName | undefined;
}
