import type { AcceptedUpdate, RefusedUpdate } from "./refusal.ts";

interface ImmutableField {
  readonly at: string;
  readonly why: string;
  readonly first: object;
  readonly second: object;
  readonly absent: object;
}

const etcdWith = (etcd: object): object => ({ backingStore: { type: "etcd", etcd } });

/** Fields that can neither change, nor be added, nor be removed: three refusals each. */
const fields: readonly ImmutableField[] = [
  {
    at: "backingStore.etcd.replicas",
    why: "a changed member list splits a running cluster; create a new instance with the other number",
    first: etcdWith({ replicas: 1 }),
    second: etcdWith({ replicas: 3 }),
    absent: etcdWith({}),
  },
  {
    at: "backingStore.etcd.storage.size",
    why: "create a new instance with the other size",
    first: etcdWith({ storage: { size: "5Gi" } }),
    second: etcdWith({ storage: { size: "6Gi" } }),
    absent: etcdWith({}),
  },
  {
    at: "backingStore.etcd.storage.storageClassName",
    why: "create a new instance with the other class",
    first: etcdWith({ storage: { storageClassName: "fast" } }),
    second: etcdWith({ storage: { storageClassName: "slow" } }),
    absent: { backingStore: { type: "etcd" } },
  },
  {
    at: "storage.size",
    why: "create a new instance with the other size",
    first: { storage: { size: "5Gi" } },
    second: { storage: { size: 6000000000 } },
    absent: {},
  },
  {
    at: "storage.storageClassName",
    why: "create a new instance with the other class",
    first: { storage: { storageClassName: "fast" } },
    second: { storage: { storageClassName: "slow" } },
    absent: { storage: {} },
  },
  {
    at: "network.serviceCIDR",
    why: "addresses and certificates of the running cluster depend on it",
    first: { network: { serviceCIDR: "10.96.0.0/12" } },
    second: { network: { serviceCIDR: "10.112.0.0/12" } },
    absent: {},
  },
  {
    at: "network.clusterDomain",
    why: "names inside the running cluster depend on it",
    first: { network: { clusterDomain: "cluster.local" } },
    second: { network: { clusterDomain: "team.local" } },
    absent: { network: {} },
  },
];

const NAMESPACE_WHY = "create a new instance to use another namespace";
const namespaceKept = `targetNamespace is immutable and cannot be added or removed: ${NAMESPACE_WHY}`;
const STORE =
  "backingStore.type is immutable (absent equals sqlite), because no data would be moved: create a new instance with the other store";
const DISTRO =
  "distro is immutable (absent equals k8s): create a new instance with the other distribution";
const PERSISTENT =
  "storage.persistent is immutable (absent equals true): create a new instance with the other setting";

/** One refused change for each rule that compares with the old object, and for each way to make it. */
export const REFUSED_UPDATES: readonly RefusedUpdate[] = [
  ...fields.flatMap(({ at, why, first, second, absent }) => {
    const kept = `${at} is immutable and cannot be added or removed: ${why}`;
    return [
      { at: `spec.${at}`, message: `${at} is immutable: ${why}`, before: first, after: second },
      { at: "spec", message: kept, before: absent, after: first },
      { at: "spec", message: kept, before: first, after: absent },
    ];
  }),
  {
    at: "spec.targetNamespace",
    message: `targetNamespace is immutable: ${NAMESPACE_WHY}`,
    before: { targetNamespace: "team-a" },
    after: { targetNamespace: "team-b" },
  },
  { at: "spec", message: namespaceKept, before: {}, after: { targetNamespace: "team-a" } },
  { at: "spec", message: namespaceKept, before: { targetNamespace: "team-a" }, after: {} },
  { at: "spec", message: STORE, before: {}, after: { backingStore: { type: "etcd" } } },
  { at: "spec", message: STORE, before: { backingStore: { type: "etcd" } }, after: {} },
  { at: "spec", message: DISTRO, before: {}, after: { distro: "k3s" } },
  { at: "spec", message: DISTRO, before: { distro: "eks" }, after: { distro: "k0s" } },
  { at: "spec", message: PERSISTENT, before: {}, after: { storage: { persistent: false } } },
];

/** Changes that look like the ones above and are allowed. */
export const ACCEPTED_UPDATES: readonly AcceptedUpdate[] = [
  { before: {}, after: { backingStore: { type: "sqlite" } } },
  { before: { backingStore: { type: "sqlite" } }, after: {} },
  { before: {}, after: { distro: "k8s" } },
  { before: {}, after: { storage: { persistent: true } } },
  {
    before: etcdWith({ replicas: 3 }),
    after: { ...etcdWith({ replicas: 3 }), controlPlane: { replicas: 5 } },
  },
  { before: {}, after: { powerState: "Suspended" } },
];
