import type { VClusterInstance } from "@open-vcluster/crds";
import type { ReleaseRevision } from "../helm/releases.ts";
import type {
  ObjectMark,
  ReaderMarks,
  RenderedMark,
  SnapshotState,
  StoreWork,
} from "../world/reads.ts";

/** A namespace of the toy world. */
export interface ToyNamespace {
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** When it was deleted; absent while it lives. */
  readonly terminatingSinceMs?: number;
}

/** The objects that one revision of a release consists of. */
export interface Manifest {
  readonly digest: string;
  readonly replicas: number;
  readonly etcdMembers: number;
  /** `Kind/name` of every object. */
  readonly objects: readonly string[];
  /** A control plane of this manifest never becomes ready. */
  readonly broken: boolean;
}

/** A revision with what its Secret holds besides metadata. */
export interface ToyRevision extends ReleaseRevision {
  readonly manifest: Manifest;
}

/** Pods of a control plane or an etcd; what they are at a moment follows from when they were changed last. */
export interface PodSet {
  readonly replicas: number;
  /** Pods that ran before the last change. */
  readonly before: number;
  readonly render: string;
  readonly broken: boolean;
  readonly changedAtMs: number;
}

/** A pod inside the virtual cluster. */
export interface ToyPod {
  readonly name: string;
  readonly uid: string;
  /** A budget does not let it be evicted. */
  readonly blocked: boolean;
  readonly leavesAtMs?: number;
}

/** A Helm process that outlives the operator that started it. */
export interface LivingHelm {
  readonly revision: number;
  readonly endsAtMs: number;
}

/** Everything that exists, as plain data: a copy of it is a stale cache. */
export interface State {
  nowMs: number;
  /** Source of uids and versions. */
  serial: number;
  instance: VClusterInstance | undefined;
  namespaces: Record<string, ToyNamespace>;
  revisions: readonly ToyRevision[];
  rendered: readonly RenderedMark[];
  /** By `namespace/name`. */
  secrets: Record<string, ObjectMark>;
  /** The authority inside a Secret of certificates, by `namespace/name`. */
  authorities: Record<string, string>;
  /** What lets the API read. */
  reader: readonly ReaderMarks[];
  controlPlane: PodSet | undefined;
  etcd: PodSet | undefined;
  /** The authority that the data on the volumes belongs to; undefined without volumes. */
  dataOf: string | undefined;
  /** When those volumes were made. */
  volumesSinceMs: number;
  pods: readonly ToyPod[];
  /** Restores and snapshots that are under way. */
  storeWork: readonly StoreWork[];
  /** VClusterSnapshots by name. */
  snapshots: Record<string, SnapshotState>;
  /** Cluster-scoped objects of chart and tenant. */
  clusterObjects: number;
  /** Objects that wait for the syncer once their namespace goes. */
  heldObjects: number;
  helm: LivingHelm | undefined;
  /** Faults that last. */
  chartsDown: boolean;
  apiDown: boolean;
  helmRefuses: boolean;
  /** Workloads inside come back by themselves after this moment. */
  workloadsReadyAtMs: number;
  /** Kubernetes versions whose control plane never becomes ready. */
  readonly brokenKubernetes: readonly string[];
  /** What must never happen, and did. */
  violations: string[];
}

/** Where everything starts: an empty cluster. */
export function emptyState(nowMs: number): State {
  return {
    nowMs,
    serial: 0,
    instance: undefined,
    namespaces: {},
    revisions: [],
    rendered: [],
    secrets: {},
    authorities: {},
    reader: [],
    controlPlane: undefined,
    etcd: undefined,
    dataOf: undefined,
    volumesSinceMs: 0,
    pods: [],
    storeWork: [],
    snapshots: {},
    clusterObjects: 0,
    heldObjects: 0,
    helm: undefined,
    chartsDown: false,
    apiDown: false,
    helmRefuses: false,
    workloadsReadyAtMs: 0,
    brokenKubernetes: [],
    violations: [],
  };
}

/** The state as it is now; what is below its maps is never changed in place. */
export function copyOf(state: State): State {
  const { namespaces, secrets, authorities, snapshots, violations } = state;
  return {
    ...state,
    namespaces: { ...namespaces },
    secrets: { ...secrets },
    authorities: { ...authorities },
    snapshots: { ...snapshots },
    violations: [...violations],
  };
}

/** The next uid or version. */
export function nextSerial(state: State): string {
  state.serial += 1;
  return String(state.serial);
}

/** Creates or changes the metadata of a Secret. */
export function putSecret(
  state: State,
  key: { readonly namespace: string; readonly name: string },
  marks: Pick<ObjectMark, "labels" | "annotations">,
): ObjectMark {
  const id = `${key.namespace}/${key.name}`;
  const uid = state.secrets[id]?.uid ?? `uid-${nextSerial(state)}`;
  const mark = {
    ...key,
    ...marks,
    uid,
    resourceVersion: nextSerial(state),
    creationTimestamp: new Date(state.nowMs).toISOString(),
  };
  state.secrets[id] = mark;
  return mark;
}
