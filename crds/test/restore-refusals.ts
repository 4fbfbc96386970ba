import type { AcceptedCreate, RefusedCreate, RefusedUpdate } from "./refusal.ts";

/** The least that a restore says. */
export const LEAST_RESTORE = {
  snapshotRef: { name: "before" },
  target: { instanceRef: { name: "shop" } },
} as const;

const FIXED = "a restore is the record of what was asked for and never changes: create another one";
const NAMESPACE = "must be the name of a namespace: at most 63 lower case letters, digits and '-'";
const MEMBERS = "replicas must be 1, or 3 with type: etcd";

const least = LEAST_RESTORE;
const intoNew = (newInstance: object): object => ({
  snapshotRef: least.snapshotRef,
  target: { newInstance },
});
const part = { namespaces: ["web"] };

/** One refused object for each rule that looks at new restores. */
export const REFUSED_RESTORES: readonly RefusedCreate[] = [
  {
    at: "spec.snapshotRef.namespace",
    message: NAMESPACE,
    spec: { ...least, snapshotRef: { name: "before", namespace: "Team_B" } },
  },
  ...[{}, { ...least.target, newInstance: { name: "copy" } }].map((target) => ({
    at: "spec.target",
    message: "set exactly one of instanceRef and newInstance: it says where the state goes",
    spec: { ...least, target },
  })),
  {
    at: "spec.target.newInstance.name",
    message:
      "must have at most 40 lower case letters, digits and '-', start with a letter and end with a letter or digit",
    spec: intoNew({ name: "1copy" }),
  },
  {
    at: "spec.target.newInstance.owner",
    message: "must not contain control characters",
    spec: intoNew({ name: "copy", owner: "a\u0007" }),
  },
  ...[
    { type: "sqlite", replicas: 3 },
    { type: "etcd", replicas: 2 },
  ].map((backingStore) => ({
    at: "spec.target.newInstance.backingStore",
    message: MEMBERS,
    spec: intoNew({ name: "copy", backingStore }),
  })),
  {
    at: "spec.filters.namespaces[]",
    message: NAMESPACE,
    spec: { ...least, filters: { namespaces: ["Web"] } },
  },
  {
    at: "spec.filters.kinds[]",
    message:
      "must be RESOURCE or RESOURCE.GROUP in lower case, such as configmaps or deployments.apps",
    spec: { ...least, filters: { kinds: ["apps/v1/Deployment"] } },
  },
  {
    at: "spec",
    message: "filters restore a part and need mode: InPlace, or no mode",
    spec: { ...least, filters: part, mode: "Replace" },
  },
  {
    at: "spec",
    message: "filters restore a part of an instance that exists: set target.instanceRef",
    spec: { ...intoNew({ name: "copy" }), filters: part },
  },
];

/** Restores at the edges of the rules. */
export const ACCEPTED_RESTORES: readonly AcceptedCreate[] = [
  { spec: least },
  { spec: intoNew({ name: "copy", backingStore: { type: "etcd", replicas: 3 } }) },
  { spec: { ...least, mode: "Replace", preRestoreSnapshot: false } },
  { spec: { ...least, dryRun: true, filters: { ...part, kinds: ["deployments.apps"] } } },
];

/** One refused change for each way to change a restore. */
export const REFUSED_RESTORE_UPDATES: readonly RefusedUpdate[] = [
  { dryRun: true },
  { snapshotRef: { name: "other" } },
  { target: { instanceRef: { name: "other" } } },
  { filters: part },
].map((change) => ({ at: "spec", message: FIXED, before: least, after: { ...least, ...change } }));
