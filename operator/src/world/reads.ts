import type { VClusterInstance } from "@open-vcluster/crds";
import type { ReleaseRevision } from "../helm/releases.ts";

/** Metadata of an object, without its content: all that steady state needs. */
export interface ObjectMark {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** RFC 3339. */
  readonly creationTimestamp: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A namespace on the host cluster. */
export interface NamespaceMark extends ObjectMark {
  readonly terminating: boolean;
  /** While it goes: what remains in it and who holds that, in the API server's words. */
  readonly remaining: string;
}

/** What a StatefulSet or Deployment of a control plane or its etcd wants and has. */
export interface Workload {
  readonly kind: "StatefulSet" | "Deployment";
  readonly namespace: string;
  readonly name: string;
  /** Label `app`: `vcluster` for the control plane, `vcluster-etcd` for its store. */
  readonly app: string;
  /** True when the controller has seen the newest spec. */
  readonly settled: boolean;
  readonly replicas: number;
  readonly current: number;
  readonly updated: number;
  readonly ready: number;
  /** Image of the main container. */
  readonly image: string;
  /** Digest of the values that it was rendered from. */
  readonly render: string;
  /** Message of a ReplicaFailure condition, when pods cannot be made at all. */
  readonly replicaFailure?: string;
}

/** The Service in front of a control plane. */
export interface ServiceMark {
  readonly namespace: string;
  readonly name: string;
  /** Empty, or `None`, while there is none. */
  readonly clusterIP: string;
}

/** An object of the chart's manifest, known by the label of the post-renderer. */
export interface RenderedMark {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Digest of the values that it was rendered from. */
  readonly render: string;
  /** The instance whose labels it carries, as `namespace/name`. */
  readonly owner: string;
}

/** A Role or RoleBinding. */
export interface GrantMark extends ObjectMark {
  /** Everything in it but its metadata. */
  readonly grants: Readonly<Record<string, unknown>>;
}

/** A Role and a RoleBinding for a reader, as far as they exist. */
export interface ReaderMarks {
  readonly role?: GrantMark | undefined;
  readonly binding?: GrantMark | undefined;
}

/** How a release is kept while others work on its store: with its etcd alone, or without any pod. */
export type HoldMode = "storeOnly" | "stopped";

/** A restore or a snapshot that is under way. */
export interface StoreWork {
  readonly kind: "restore" | "snapshot";
  /** As `Kind namespace/name`. */
  readonly by: string;
  /** UID of the object. */
  readonly uid: string;
  /** False: it waits for nothing but the store, which does not run. */
  readonly isBegun: boolean;
  /** What it needs of the instance; absent: that its release does not change. */
  readonly mode?: HoldMode;
  /** Whether the store holds all that a snapshot kept; absent: not yet, or a part. */
  readonly isRestored?: boolean;
}

/** How far a snapshot is. */
export type SnapshotState =
  /** What it waits for, as a sentence, if it says so. */
  | { readonly kind: "unfinished"; readonly message?: string }
  | { readonly kind: "complete" }
  | { readonly kind: "failed"; readonly message: string };

/** A snapshot that can be restored. */
export interface LastSnapshot {
  /** Name of the VClusterSnapshot, in the instance's namespace. */
  readonly name: string;
  readonly uid: string;
  readonly snapshotID: string;
  /** Bytes of all objects that it needs. */
  readonly storedBytes: number;
  /** When it was complete, RFC 3339. */
  readonly completionTime: string;
}

/**
 * What the instance controller reads. Two implementations: the informers' caches (free, may be behind) and the API
 * server itself (exact). A decision to act is always taken again on the second.
 */
export interface Reads {
  instance(key: InstanceKey, signal: AbortSignal): Promise<VClusterInstance | undefined>;
  namespace(name: string, signal: AbortSignal): Promise<NamespaceMark | undefined>;
  releases(at: Located, signal: AbortSignal): Promise<readonly ReleaseRevision[]>;
  workloads(at: Located, signal: AbortSignal): Promise<readonly Workload[]>;
  service(at: Located, signal: AbortSignal): Promise<ServiceMark | undefined>;
  /** Metadata of one Secret. */
  secret(namespace: string, name: string, signal: AbortSignal): Promise<ObjectMark | undefined>;
  /** What lets the API read the kubeconfig and the usage, in the order of `readerKeys`. */
  reader(at: Located, signal: AbortSignal): Promise<readonly ReaderMarks[]>;
  /** Claims for the volumes of this release, also of an earlier life. */
  claims(at: Located, signal: AbortSignal): Promise<readonly ObjectMark[]>;
  /** Restores and snapshots of the instance that are under way; restores come first. */
  storeWork(key: InstanceKey, signal: AbortSignal): Promise<readonly StoreWork[]>;
  /** The newest snapshot of the instance that can be restored. */
  lastSnapshot(key: InstanceKey, signal: AbortSignal): Promise<LastSnapshot | undefined>;
  /** How far a VClusterSnapshot is; undefined when there is none of that name. */
  snapshot(
    namespace: string,
    name: string,
    signal: AbortSignal,
  ): Promise<SnapshotState | undefined>;
  /** Number of pods of the control plane, those that are ending included. */
  controlPlanePods(at: Located, signal: AbortSignal): Promise<number>;
  /** Every object of the chart's manifest that exists. */
  rendered(at: Located, signal: AbortSignal): Promise<readonly RenderedMark[]>;
}

/** Identity of an instance. */
export interface InstanceKey {
  readonly namespace: string;
  readonly name: string;
}

/** An instance and where it lives on the host. */
export interface Located {
  readonly instance: InstanceKey;
  readonly targetNamespace: string;
}
