import type { AcceptedCreate, AcceptedUpdate, RefusedCreate, RefusedUpdate } from "./refusal.ts";

/** The least that a snapshot says. */
export const LEAST_SNAPSHOT = { instanceRef: { name: "shop" } } as const;

const FIXED =
  "a snapshot is the record of one moment: only verification, verifyAfter, repair, hold, expiresAfter, deletionPolicy, description and grants can change";

const least = LEAST_SNAPSHOT;
const ARCHIVE = { locationRef: { name: "old" }, key: "path/shop.tar.gz" } as const;

/** One refused object for each rule that looks at new snapshots. */
export const REFUSED_SNAPSHOTS: readonly RefusedCreate[] = [
  ...["0s", "soon", "87601h"].map((expiresAfter) => ({
    at: "spec.expiresAfter",
    message:
      "must be a duration greater than zero and at most 87600h, written with h, m and s in this order, for example 720h",
    spec: { ...least, expiresAfter },
  })),
  {
    at: "spec.description",
    message: "must not contain control characters but line breaks and tabs",
    spec: { ...least, description: "before\u0007the upgrade" },
  },
  {
    at: "spec.grants[].namespace",
    message: "must be the name of a namespace: at most 63 lower case letters, digits and '-'",
    spec: { ...least, grants: [{ namespace: "Team_B" }] },
  },
  {
    at: "spec.snapshotID",
    message: "must be the id of a snapshot, such as 20260102T030405Z-abc123",
    spec: { ...least, snapshotID: "../20260102T030405Z-abc123" },
  },
  {
    at: "spec.archive.key",
    message:
      "must be the key of an object in the bucket, without a slash at its start and without control characters",
    spec: { ...least, archive: { ...ARCHIVE, key: "/path/shop.tar.gz" } },
  },
  {
    at: "spec",
    message: "an archive is imported as it is: leave type and snapshotID away",
    spec: { ...least, archive: ARCHIVE, type: "Full" },
  },
];

/** Snapshots at the edges of the rules. */
export const ACCEPTED_SNAPSHOTS: readonly AcceptedCreate[] = [
  { spec: least },
  { spec: { ...least, archive: ARCHIVE } },
  { spec: { ...least, expiresAfter: "87600h", description: "two\n\tlines" } },
  { spec: { ...least, snapshotID: "20260102T030405Z-abc123", grants: [{ namespace: "b" }] } },
];

/** One refused change for each field that is fixed, and for each way to change it. */
export const REFUSED_SNAPSHOT_UPDATES: readonly RefusedUpdate[] = [
  {
    at: "spec",
    message: "the archive of a snapshot is immutable: create another VClusterSnapshot",
    before: { ...least, archive: ARCHIVE },
    after: { ...least, archive: { ...ARCHIVE, key: "another.tar.gz" } },
  },
  ...[
    { instanceRef: { name: "other" } },
    { locationRef: { name: "added" } },
    { type: "Full" },
    { snapshotID: "20260102T030405Z-abc123" },
  ].map((change) => ({
    at: "spec",
    message: FIXED,
    before: least,
    after: { ...least, ...change },
  })),
];

/** Changes that look like the ones above and are allowed. */
export const ACCEPTED_SNAPSHOT_UPDATES: readonly AcceptedUpdate[] = [
  {
    before: least,
    after: {
      ...least,
      verification: "Full",
      verifyAfter: "2026-01-02T03:04:05Z",
      repair: true,
      hold: true,
      expiresAfter: "24h",
      deletionPolicy: "Retain",
      description: "kept",
      grants: [{ namespace: "team-b" }],
    },
  },
];
