import type { Reason, VClusterInstance } from "@open-vcluster/crds";
import type { DrainPlan } from "../drain/plan.ts";
import type { ReleaseRevision, ReleaseState } from "../helm/releases.ts";
import type { ReaderSeen } from "../kubeconfig/reader.ts";
import type { IdentityDecision } from "../pki/escrow.ts";
import type { SpecRefusal } from "../values/spec-refusal.ts";
import type { ProbeResult } from "../virtual/probe.ts";
import type {
  LastSnapshot,
  ObjectMark,
  RenderedMark,
  ServiceMark,
  SnapshotState,
  StoreWork,
  Workload,
} from "../world/reads.ts";
import type { Desire } from "./desire.ts";

/** Who a namespace belongs to. */
export type NamespaceSeen =
  | { readonly kind: "absent" }
  /** Exists without our labels: never touched. */
  | { readonly kind: "foreign" }
  /** Carries the labels of another instance, or of another operator. */
  | { readonly kind: "taken"; readonly by: string }
  | {
      readonly kind: "ours";
      readonly uid: string;
      readonly terminating: boolean;
      /** While it goes: what remains in it and who holds that, in the API server's words. */
      readonly remaining: string;
      readonly labels: Readonly<Record<string, string>>;
      readonly annotations: Readonly<Record<string, string>>;
    };

/** A Secret under a name that we want: ours, a stranger's, or none. */
export type SecretSeen =
  | { readonly kind: "absent" }
  | { readonly kind: "foreign" }
  | { readonly kind: "present"; readonly mark: ObjectMark };

/** The client certificates for an external etcd: where they come from and whether our copy is current. */
export type ExternalEtcdSeen =
  | { readonly kind: "notUsed" }
  | { readonly kind: "sourceMissing"; readonly name: string }
  | { readonly kind: "outdated" }
  | { readonly kind: "current" };

/** The virtual API as a client sees it through the Service. */
export type ProbeSeen = { readonly kind: "notAsked" } | ProbeResult;

/** A snapshot that the spec wants before a step that cannot be undone. */
export interface DueSnapshot {
  /** Of the VClusterSnapshot, in the instance's namespace: the same for the same step, whoever asks. */
  readonly name: string;
  /** The step, for people. */
  readonly before: "the suspension" | "the upgrade" | "the deletion";
  /** Undefined while it does not exist. */
  readonly state: SnapshotState | undefined;
}

/** Why a control plane is not up, read from its pods. */
export interface DiagnosisSeen {
  readonly reason: Reason;
  readonly message: string;
}

/** How far a drain is. */
export type DrainSeen =
  | { readonly kind: "none" }
  | { readonly kind: "planned"; readonly plan: DrainPlan; readonly startedAtMs: number }
  /** The virtual API does not answer, so nothing can be evicted through it. */
  | {
      readonly kind: "unreachable";
      readonly timedOut: boolean;
      readonly why: string;
      readonly startedAtMs: number;
    };

/** Workloads inside the virtual cluster after a resume. */
export type WorkloadsSeen =
  | { readonly kind: "notAwaited" }
  | {
      readonly kind: "waiting";
      /** What is missing, as a sentence. */
      readonly why: string;
      readonly timedOut: boolean;
    }
  | { readonly kind: "ready" };

/** The chart of the desired release. `notNeeded`: the running release is already right. */
export type ChartSeen =
  | { readonly kind: "notNeeded" }
  | { readonly kind: "ready"; readonly path: string }
  | { readonly kind: "refused"; readonly refused: SpecRefusal }
  /** The source does not answer: worth another try. */
  | { readonly kind: "unavailable"; readonly message: string };

/** What is left of an instance that is being deleted. Read only then. */
export interface RemainsSeen {
  /** The tenant's pods in the target namespace. */
  readonly pods: number;
  /** Whether a way to the store is open there, made for a snapshot or a restore. */
  readonly isStoreOpen: boolean;
  /** Objects there that wait for a finalizer of the virtual cluster, which nobody removes any more. */
  readonly orphanedFinalizers: number;
  /** Cluster-scoped objects of the chart or of the tenant. */
  readonly clusterObjects: number;
}

/** What lies on the host cluster for one instance. */
export interface HostSeen {
  readonly instance: VClusterInstance;
  readonly targetNamespace: string;
  readonly namespace: NamespaceSeen;
  /** Whether the instance's own namespace is going, in which nothing can be made any more; looked at for a deletion alone. */
  readonly isHomeGoing: boolean;
  readonly releases: readonly ReleaseRevision[];
  readonly release: ReleaseState;
  /** Restores and snapshots that are at work on the store; restores come first. */
  readonly storeWork: readonly StoreWork[];
  /** The newest snapshot that can be restored. */
  readonly lastSnapshot: LastSnapshot | undefined;
  /** Pods of the control plane that exist, those that are ending included; undefined when nothing works on the store. */
  readonly controlPlanePods: number | undefined;
  readonly controlPlane: Workload | undefined;
  readonly etcd: Workload | undefined;
  readonly service: ServiceMark | undefined;
  /** Claims for the volumes of control plane and etcd. */
  readonly claims: readonly ObjectMark[];
  /** Who holds the certificates, and whether that is right. */
  readonly identity: IdentityDecision;
  readonly escrowExists: boolean;
  /** Secret `vc-NAME`, the syncer's own kubeconfig. */
  readonly syncerKubeconfig: ObjectMark | undefined;
  readonly kubeconfig: SecretSeen;
  /** Whether our kubeconfig was made from today's credentials and address. */
  readonly kubeconfigCurrent: boolean;
  readonly reader: ReaderSeen;
  readonly externalEtcd: ExternalEtcdSeen;
  readonly rendered: RenderedSeen;
}

/** The chart's objects: how many there should be, and what is there. */
export interface RenderedSeen {
  /** Number of objects in the release's manifest; undefined when the record of it is gone. */
  readonly expected: number | undefined;
  /** Objects that belong to the current revision. */
  readonly current: number;
  /** Objects of an earlier revision that the current manifest no longer has. */
  readonly stale: readonly RenderedMark[];
}

/** Everything that one pass looked at. Plain data; nothing in it can act. */
export interface InstanceSeen extends HostSeen {
  readonly desire: Desire;
  /** What the spec wants to be kept before the next step; undefined when nothing. */
  readonly dueSnapshot: DueSnapshot | undefined;
  readonly chart: ChartSeen;
  readonly probe: ProbeSeen;
  readonly diagnosis: DiagnosisSeen | undefined;
  readonly drain: DrainSeen;
  readonly workloads: WorkloadsSeen;
  readonly remains: RemainsSeen | undefined;
}
