import {
  SNAPSHOT_FINALIZER,
  type SnapshotReason,
  type VClusterInstance,
  type VClusterSnapshot,
} from "@open-vcluster/crds";
import type { SnapshotContext } from "../decision.ts";
import type { JobMark } from "../job/job-mark.ts";
import type { PlaceSeen } from "../place/place.ts";
import type { SnapshotSeen } from "../seen.ts";
import type { SnapshotResult } from "../worker/result.ts";

export const NOW_MS: number = Date.parse("2026-03-01T00:00:00Z");

export const CONTEXT: SnapshotContext = {
  nowMs: NOW_MS,
  settings: {
    operatorId: "default",
    operatorNamespace: "system",
    volumePath: "/repository",
    defaultLocation: undefined,
    work: {
      operatorId: "default",
      namespace: "system",
      image: "example.com/product:1.0.0",
      serviceAccount: undefined,
      deadlineMs: 60_000,
    },
    pollMs: 1_000,
  },
};

const INSTANCE: VClusterInstance = {
  apiVersion: "openvcluster.io/v1alpha1",
  kind: "VClusterInstance",
  metadata: { namespace: "team", name: "shop", uid: "instance-1" },
  spec: { backingStore: { type: "etcd" } },
};

const PLACE: Extract<PlaceSeen, { kind: "place" }> = {
  kind: "place",
  location: { namespace: "team", name: "bucket" },
  isReadOnly: false,
  replicas: [],
  repository: {
    store: {
      kind: "s3",
      endpoint: "https://s3.example.com",
      bucket: "snapshots",
      prefix: "team/",
      pathStyle: true,
      accessKeyId: "id",
      secretAccessKey: "secret",
    },
    create: true,
  },
};

export const RESULT: SnapshotResult = {
  ok: true,
  operation: "snapshot",
  snapId: "20260228T235900Z-abc123",
  kind: "full",
  parent: null,
  base: null,
  chainLength: 0,
  revision: 4711,
  keys: 300,
  logicalBytes: 1_000_000,
  storedBytes: 200_000,
  addedBytes: 200_000,
  rootHash: `sha256:${"a".repeat(64)}`,
  verifiedLevel: 2,
  createdAt: "2026-02-28T23:59:00.000Z",
  completedAt: "2026-02-28T23:59:30.000Z",
  inventory: [{ prefix: "/registry/pods/", keys: 12 }],
  otherKeys: 288,
};

/** A Job of a snapshot. */
export function jobOf(name: string, change: Partial<JobMark> = {}): JobMark {
  return {
    namespace: "system",
    name,
    uid: `${name}-uid`,
    asker: "VClusterSnapshot/team/before",
    terminating: false,
    state: "running",
    endedMs: 0,
    why: "",
    ...change,
  };
}

/** A snapshot that has its finalizer. */
export function snapshotWith(
  spec: Partial<VClusterSnapshot["spec"]> = {},
  status: VClusterSnapshot["status"] = {},
  metadata: Partial<VClusterSnapshot["metadata"]> = {},
): VClusterSnapshot {
  return {
    apiVersion: "openvcluster.io/v1alpha1",
    kind: "VClusterSnapshot",
    metadata: {
      namespace: "team",
      name: "before",
      uid: "snapshot-1",
      generation: 1,
      creationTimestamp: "2026-02-28T23:59:00Z",
      finalizers: [SNAPSHOT_FINALIZER],
      ...metadata,
    },
    spec: { instanceRef: { name: "shop" }, ...spec },
    status,
  };
}

/** The condition of a snapshot that failed. */
export function stalledFor(
  reason: SnapshotReason,
): NonNullable<NonNullable<VClusterSnapshot["status"]>["conditions"]>[number] {
  const lastTransitionTime = "2026-02-28T23:59:40Z";
  return { type: "Stalled", status: "True", reason, message: "Lost", lastTransitionTime };
}

/** What is seen of a new snapshot of a running instance, with what differs. */
export function seenWith(change: Partial<SnapshotSeen> = {}): SnapshotSeen {
  return {
    snapshot: snapshotWith(),
    instance: INSTANCE,
    identity: "4f1d",
    place: PLACE,
    archivePlace: undefined,
    store: { kind: "ready", isOpened: false, endpoint: { url: "https://10.0.0.1:2379" } },
    busy: undefined,
    making: { kind: "absent" },
    verifying: { kind: "absent" },
    repairing: { kind: "absent" },
    replicas: [],
    removing: { kind: "absent" },
    jobs: [],
    isNamespaceGoing: false,
    hasDependents: false,
    reader: undefined,
    ...change,
  };
}
