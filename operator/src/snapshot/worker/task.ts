import { MalformedError } from "../engine/format/byte-reader.ts";
import {
  arrayOf,
  count,
  flag,
  mapOf,
  matching,
  moment,
  object,
  oneOf,
  optional,
  type Parser,
  textOf,
} from "../engine/format/parser.ts";
import { snapId } from "../engine/format/snap-id.ts";

/** What a worker is to do. It is a Secret: it holds every credential that the work needs, and no other. */
export type Task = SnapshotTask | VerifyTask | RepairTask | RestoreTask | DeleteTask | ImportTask;

export type TaskOperation = Task["operation"];

/** A bucket of S3, or of what speaks its protocol. */
export interface BucketPlace {
  readonly kind: "s3";
  /** `http` or `https`, host and port; no path. */
  readonly endpoint: string;
  /** `us-east-1` if absent. */
  readonly region?: string;
  readonly bucket: string;
  /** Start of all keys in the bucket: empty, or ending in a slash. */
  readonly prefix: string;
  /** Whether the bucket is named in the path and not in the host. */
  readonly pathStyle: boolean;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** PEM of the authorities to trust instead of the usual ones. */
  readonly ca?: string;
}

/** A directory on a mounted volume; it is made if the volume is there. */
export interface DirectoryPlace {
  readonly kind: "directory";
  /** Absolute. */
  readonly path: string;
}

export type ObjectPlace = BucketPlace | DirectoryPlace;

export interface RepositoryPlace {
  readonly store: ObjectPlace;
  /** Base64 of 32 bytes; absent for a repository that is not encrypted. */
  readonly kek?: string;
  /** As `kek`: that with which the repository was encrypted before; `kek` is put in its place. */
  readonly previousKek?: string;
  /** Whether a repository is made where there is none. */
  readonly create: boolean;
}

/** The etcd v3 API of a virtual cluster's store. */
export interface StoreEndpoint {
  /** `https://HOST:PORT`, `http://HOST:PORT`, or `unix:///PATH` of kine's socket. */
  readonly url: string;
  /** The name that the server's certificate is of, where the URL has an address instead. */
  readonly serverName?: string;
  /** PEM. */
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string };
}

/** Whose snapshots these are. */
export interface TaskSubject {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
}

interface OfSnapshot {
  readonly repository: RepositoryPlace;
  /** Of the instance that the snapshot was, or is to be, taken of. */
  readonly subject: TaskSubject;
  readonly snapId: string;
}

/** What is kept of a snapshot beside its records. */
interface NewSnapshot extends OfSnapshot {
  /** Why it is taken, such as `schedule` or `pre-restore`. */
  readonly trigger: string;
  readonly expiresAt?: string;
  /** Readable without a key in every list: versions, labels. At most 100. */
  readonly facts: Readonly<Record<string, string>>;
  /** Encrypted where the repository is, by name: the instance, its certificates, values. Each below a megabyte. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly verifyLevel: VerifiedLevel;
}

/** How far a snapshot is read back: its objects are there; are read to the last byte; make the root hash. */
export type VerifiedLevel = 1 | 2 | 3;

export type RequestedKind = "auto" | "full" | "incremental";

/** Takes a snapshot, and reads it back. One that is there already is read back only. */
export interface SnapshotTask extends NewSnapshot {
  readonly operation: "snapshot";
  readonly endpoint: StoreEndpoint;
  readonly kind: RequestedKind;
}

export interface VerifyTask extends OfSnapshot {
  readonly operation: "verify";
  readonly level: VerifiedLevel;
  /** The snapshot has to hold something of each kind and namespace that is named. */
  readonly part?: TaskPart;
  /** Where it is to be restored to, where that takes less than others. */
  readonly into?: "etcd";
}

/** What is to be restored, where it is not everything. */
export interface TaskPart {
  readonly filters: TaskFilters;
  readonly keepEvents: boolean;
  readonly identity: RestoreTask["identity"];
}

/** A copy of the repository. */
export interface ReplicaPlace {
  /** What people call it. */
  readonly name: string;
  readonly store: ObjectPlace;
}

/** Puts back what is damaged of a snapshot, from where it can still be found, and reads the snapshot again. */
export interface RepairTask extends OfSnapshot {
  readonly operation: "repair";
  readonly level: VerifiedLevel;
  readonly replicas: readonly ReplicaPlace[];
  /** Of the store that the snapshot was taken of; absent where it cannot be asked. */
  readonly endpoint?: StoreEndpoint;
}

/** A part of a cluster; as the filters of VClusterRestore. */
export interface TaskFilters {
  readonly namespaces?: readonly string[];
  /** `RESOURCE` of the core group, or `RESOURCE.GROUP`. */
  readonly kinds?: readonly string[];
  readonly labels?: readonly {
    readonly key: string;
    readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
    readonly values?: readonly string[];
  }[];
}

/** Restores a snapshot and proves it, or (`plan`) tells what that would do and writes nothing. */
export interface RestoreTask extends OfSnapshot {
  readonly operation: "restore" | "plan";
  readonly endpoint: StoreEndpoint;
  /**
   * `inPlace` writes the differences, `replace` empties the store and fills it. `putBack` does the one where the store is
   * still the one that the snapshot was taken of, and the other where an empty one took its place.
   */
  readonly mode: "inPlace" | "replace" | "putBack";
  readonly filters?: TaskFilters;
  /** `other`: the cluster has other certificates or another name than that of the snapshot. */
  readonly identity: "same" | "other";
  readonly keepEvents: boolean;
  /** Whether PersistentVolumes are the virtual cluster's own; absent means not. */
  readonly keepsVolumes?: boolean;
  /** The last revision that is known of the store from before; absent where none is. */
  readonly reached?: ReachedRevision;
}

/** A revision that a store had come to. */
export interface ReachedRevision {
  readonly revision: number;
  /** RFC 3339. */
  readonly time: string;
}

/** Removes one snapshot, and what no other one refers to. */
export interface DeleteTask extends OfSnapshot {
  readonly operation: "delete";
  /** Seconds; younger objects are kept whatever refers to them. */
  readonly graceSeconds: number;
}

/** Makes a snapshot of an archive that `vcluster snapshot` wrote. */
export interface ImportTask extends NewSnapshot {
  readonly operation: "import";
  readonly archive: { readonly store: ObjectPlace; readonly key: string };
}

const NAME = textOf(1_000);
const SECRET = textOf(10_000);
const PEM = textOf(1 << 20);
const KEY = matching(/^[A-Za-z0-9+/]{43}=$/);
const TEXT = textOf(1 << 20);

const bucketPlace = object<BucketPlace>({
  kind: oneOf(["s3"]),
  endpoint: matching(/^https?:\/\/[^/\s]+$/),
  region: optional(NAME),
  bucket: matching(/^[a-z0-9][a-z0-9.-]{1,62}$/),
  prefix: matching(/^([A-Za-z0-9._-]+\/)*$/),
  pathStyle: flag,
  accessKeyId: SECRET,
  secretAccessKey: SECRET,
  sessionToken: optional(SECRET),
  ca: optional(PEM),
});

const directoryPlace = object<DirectoryPlace>({
  kind: oneOf(["directory"]),
  path: matching(/^\/.{1,4000}$/),
});

const objectPlace: Parser<ObjectPlace> = (value, at) =>
  wordAt(value, "kind") === "directory" ? directoryPlace(value, at) : bucketPlace(value, at);

const ofSnapshot = {
  repository: object<RepositoryPlace>({
    store: objectPlace,
    kek: optional(KEY),
    previousKek: optional(KEY),
    create: flag,
  }),
  subject: object<TaskSubject>({
    uid: matching(/^[A-Za-z0-9-]{1,100}$/),
    name: NAME,
    namespace: NAME,
  }),
  snapId,
};

const LEVELS: readonly VerifiedLevel[] = [1, 2, 3];

export const level: Parser<VerifiedLevel> = (value, at) => {
  const found = LEVELS.find((each) => each === value);
  if (found !== undefined) return found;
  throw new MalformedError(`${at} is none of ${LEVELS.join(", ")}`);
};

const newSnapshot = {
  ...ofSnapshot,
  trigger: NAME,
  expiresAt: optional(moment),
  facts: mapOf(NAME, 100),
  metadata: mapOf(TEXT, 100),
  verifyLevel: level,
};

const endpoint = object<StoreEndpoint>({
  url: matching(/^(https?:\/\/[^/\s]+|unix:\/\/\/\S+)$/),
  serverName: optional(matching(/^[a-z0-9.-]{1,253}$/)),
  tls: optional(object<NonNullable<StoreEndpoint["tls"]>>({ ca: PEM, cert: PEM, key: PEM })),
});

const NAMES = arrayOf(NAME, 1_000);

const filters = object<TaskFilters>({
  namespaces: optional(NAMES),
  kinds: optional(NAMES),
  labels: optional(
    arrayOf(
      object<NonNullable<TaskFilters["labels"]>[number]>({
        key: NAME,
        operator: oneOf(["In", "NotIn", "Exists", "DoesNotExist"]),
        values: optional(NAMES),
      }),
      100,
    ),
  ),
});

const restore = object<RestoreTask>({
  ...ofSnapshot,
  operation: oneOf(["restore", "plan"]),
  endpoint,
  mode: oneOf(["inPlace", "replace", "putBack"]),
  filters: optional(filters),
  identity: oneOf(["same", "other"]),
  keepEvents: flag,
  keepsVolumes: optional(flag),
  reached: optional(object<ReachedRevision>({ revision: count, time: textOf(40) })),
});

const TASKS: Readonly<Record<TaskOperation, Parser<Task>>> = {
  snapshot: object<SnapshotTask>({
    ...newSnapshot,
    operation: oneOf(["snapshot"]),
    endpoint,
    kind: oneOf(["auto", "full", "incremental"]),
  }),
  verify: object<VerifyTask>({
    ...ofSnapshot,
    operation: oneOf(["verify"]),
    level,
    part: optional(
      object<TaskPart>({ filters, keepEvents: flag, identity: oneOf(["same", "other"]) }),
    ),
    into: optional(oneOf(["etcd"])),
  }),
  repair: object<RepairTask>({
    ...ofSnapshot,
    operation: oneOf(["repair"]),
    level,
    replicas: arrayOf(object<ReplicaPlace>({ name: NAME, store: objectPlace }), 10),
    endpoint: optional(endpoint),
  }),
  restore,
  plan: restore,
  delete: object<DeleteTask>({
    ...ofSnapshot,
    operation: oneOf(["delete"]),
    graceSeconds: count,
  }),
  import: object<ImportTask>({
    ...newSnapshot,
    operation: oneOf(["import"]),
    archive: object<ImportTask["archive"]>({ store: objectPlace, key: NAME }),
  }),
};

/** Reads a task. Throws MalformedError, which names the place of what does not fit and nothing of its content. Pure. */
export function parseTask(json: string): Task {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new MalformedError("the task is no JSON");
  }
  const operation = wordAt(value, "operation");
  const parse = Object.entries(TASKS).find(([name]) => name === operation)?.[1];
  if (parse === undefined) throw new MalformedError("task.operation is unknown");
  return parse(value, "task");
}

function wordAt(value: unknown, name: string): unknown {
  return (value as Readonly<Record<string, unknown>> | null | undefined)?.[name];
}
