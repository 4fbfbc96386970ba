import type { AcceptedCreate, AcceptedUpdate, RefusedCreate, RefusedUpdate } from "./refusal.ts";

/** The least that a bucket says. */
export const LEAST_BUCKET = {
  bucket: "snapshots",
  credentialsSecretRef: { name: "credentials" },
} as const;

/** The least that a location says. */
export const LEAST_LOCATION: { readonly s3: object } = { s3: LEAST_BUCKET };

const VOLUME = { volume: { claimName: "snapshots" } } as const;
const SECRET = "must be the name of a Secret: lower case letters, digits, '-' and '.'";
const PATH =
  "must be a path such as clusters/team-a, without a slash at its ends and without '.' or '..'";
const MOVED =
  "the bucket and the prefix of a location are immutable: create another location, both can be used at once";
const SWITCHED =
  "encryption cannot be switched on or off where snapshots may lie already: create another location";

const bucket = (change: object): object => ({ s3: { ...LEAST_BUCKET, ...change } });
const encrypted = { ...LEAST_LOCATION, encryption: { keySecretRef: { name: "key" } } };

/** One refused object for each rule that looks at new locations. */
export const REFUSED_LOCATIONS: readonly RefusedCreate[] = [
  ...[{}, { ...LEAST_LOCATION, ...VOLUME }].map((spec) => ({
    at: "spec",
    message: "set exactly one of s3 and volume: it says where the snapshots are kept",
    spec,
  })),
  ...["minio:9000", "https://user:secret@minio", "https://minio/bucket", "ftp://minio"].map(
    (endpoint) => ({
      at: "spec.s3.endpoint",
      message: "must be http://HOST[:PORT] or https://HOST[:PORT], without a path or credentials",
      spec: bucket({ endpoint }),
    }),
  ),
  {
    at: "spec.s3.region",
    message: "must be the name of a region, for example eu-central-1",
    spec: bucket({ region: "EU West" }),
  },
  {
    at: "spec.s3.bucket",
    message: "must be the name of a bucket: 3 to 63 lower case letters, digits, '-' and '.'",
    spec: bucket({ bucket: "My_Bucket" }),
  },
  ...["/a", "a/", "a//b", "a/../b", "."].map((prefix) => ({
    at: "spec.s3.prefix",
    message: PATH,
    spec: bucket({ prefix }),
  })),
  {
    at: "spec.s3.credentialsSecretRef.name",
    message: SECRET,
    spec: bucket({ credentialsSecretRef: { name: "Credentials" } }),
  },
  {
    at: "spec.s3.caSecretRef.name",
    message: SECRET,
    spec: bucket({ caSecretRef: { name: "a/b" } }),
  },
  {
    at: "spec.replicas[].name",
    message:
      "must be the name of a VClusterSnapshotLocation: lower case letters, digits, '-' and '.'",
    spec: { ...LEAST_LOCATION, replicas: [{ name: "a/b" }] },
  },
  {
    at: "spec.volume.claimName",
    message: "must be the name of a PersistentVolumeClaim: lower case letters, digits, '-' and '.'",
    spec: { volume: { claimName: "Claim" } },
  },
  {
    at: "spec.volume.path",
    message: PATH,
    spec: { volume: { claimName: "claim", path: "../other" } },
  },
  {
    at: "spec.encryption.keySecretRef.name",
    message: SECRET,
    spec: { ...LEAST_LOCATION, encryption: { keySecretRef: { name: "Key" } } },
  },
  {
    at: "spec.probeInterval",
    message:
      "must be a duration greater than zero and at most 24h, written with h, m and s in this order, for example 5m or 1h30m",
    spec: { ...LEAST_LOCATION, probeInterval: "25h" },
  },
];

/** Locations at the edges of the rules. */
export const ACCEPTED_LOCATIONS: readonly AcceptedCreate[] = [
  { spec: LEAST_LOCATION },
  { spec: VOLUME },
  { spec: bucket({ endpoint: "http://127.0.0.1:9000", prefix: "a/b.c/d_e", pathStyle: true }) },
  { spec: { ...encrypted, accessMode: "ReadOnly", probeInterval: "24h" } },
];

/** One refused change for each rule that compares with the old location, and for each way to make it. */
export const REFUSED_LOCATION_UPDATES: readonly RefusedUpdate[] = [
  { at: "spec", message: MOVED, before: LEAST_LOCATION, after: bucket({ bucket: "elsewhere" }) },
  { at: "spec", message: MOVED, before: LEAST_LOCATION, after: bucket({ prefix: "added" }) },
  { at: "spec", message: MOVED, before: bucket({ prefix: "a" }), after: bucket({ prefix: "b" }) },
  { at: "spec", message: MOVED, before: LEAST_LOCATION, after: VOLUME },
  {
    at: "spec",
    message:
      "the volume of a location is immutable: create another location, both can be used at once",
    before: VOLUME,
    after: { volume: { claimName: "other" } },
  },
  { at: "spec", message: SWITCHED, before: LEAST_LOCATION, after: encrypted },
  { at: "spec", message: SWITCHED, before: encrypted, after: LEAST_LOCATION },
];

/** Changes that look like the ones above and are allowed. */
export const ACCEPTED_LOCATION_UPDATES: readonly AcceptedUpdate[] = [
  { before: LEAST_LOCATION, after: bucket({ credentialsSecretRef: { name: "rotated" } }) },
  { before: LEAST_LOCATION, after: bucket({ endpoint: "https://minio.example.com" }) },
  { before: encrypted, after: { ...encrypted, encryption: { keySecretRef: { name: "next" } } } },
];
