import type { InventoryEntry } from "../inventory/inventory.ts";
import {
  arrayOf,
  count,
  digest,
  mapOf,
  matching,
  moment,
  object,
  oneOf,
  orNull,
  type Parser,
  textOf,
} from "./parser.ts";
import { snapId } from "./snap-id.ts";

export const FORMAT = "vcsnap/v1";

/** `synthetic-full`: made of a chain in the repository, without the store. `imported`: from someone else's archive. */
const SNAPSHOT_KINDS = ["full", "incremental", "synthetic-full", "imported"] as const;
export type SnapshotKind = (typeof SNAPSHOT_KINDS)[number];

/** A chunk as a snapshot refers to it. */
export interface ChunkRef {
  readonly id: string;
  /** First and last key, by `keyText`. */
  readonly first: string;
  readonly last: string;
  readonly entries: number;
  /** Bytes before compression. */
  readonly rawBytes: number;
  /** Bytes of the object. */
  readonly storedBytes: number;
  /** SHA-256 of the object's bytes as they were first written, hex: tools without keys can check it. */
  readonly sha256: string;
}

/** All that a snapshot adds to those before it. */
export interface Layer {
  /** The snapshot that wrote it. */
  readonly snapId: string;
  readonly kind: "base" | "delta";
  /** The revision of the layer below; 0 for a base. */
  readonly revisionFrom: number;
  readonly revisionTo: number;
  readonly puts: number;
  readonly tombstones: number;
  /** In key order. */
  readonly chunks: readonly ChunkRef[];
  /** The same keys without their values, in key order. */
  readonly index: readonly ChunkRef[];
}

/** Another snapshot of the same repository and virtual cluster, and its very bytes. */
export interface SnapshotLink {
  readonly snapId: string;
  /** SHA-256 of its manifest's bytes, hex. */
  readonly manifestSha256: string;
}

/** Whose snapshot it is. */
export interface SnapshotSubject {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  /** What else is known of it, such as versions; the engine does not act upon it. */
  readonly facts: Readonly<Record<string, string>>;
}

/** What a list shows, readable without a key. */
export interface ManifestHeader {
  readonly format: typeof FORMAT;
  readonly snapId: string;
  readonly kind: SnapshotKind;
  readonly createdAt: string;
  readonly completedAt: string;
  readonly expiresAt: string | null;
  /** Why it was taken, such as `schedule` or `pre-restore`. */
  readonly trigger: string;
  readonly subject: SnapshotSubject;
  /** The revision of the store that it shows. */
  readonly revision: number;
  readonly parent: SnapshotLink | null;
  /** The full snapshot that the layers lie upon; null in one that has its own base. */
  readonly base: SnapshotLink | null;
  /** Delta layers upon the base. */
  readonly chainLength: number;
  readonly keys: number;
  /** Bytes of all values. */
  readonly valueBytes: number;
  /** Bytes of the objects that it added to the repository, without its manifest. */
  readonly addedBytes: number;
}

/** The rest, encrypted where the repository is. */
export interface ManifestBody {
  readonly lineage: {
    /** Drawn once for a store's history, and kept in it. */
    readonly id: string;
    readonly clusterId: string;
  };
  /** Upwards: the own base first, if it has one, then the deltas of all snapshots up to this one. */
  readonly layers: readonly Layer[];
  readonly content: {
    readonly rootHash: string;
    /** Prefixes that were left out. */
    readonly excluded: readonly string[];
    readonly inventory: readonly InventoryEntry[];
  };
  /** Things to keep with it, by name: the custom resource, certificates, Helm values. */
  readonly metadata: Readonly<Record<string, ChunkRef>>;
  readonly stats: {
    readonly durationMs: number;
    readonly newChunks: number;
    readonly reusedChunks: number;
  };
}

export interface Manifest {
  readonly header: ManifestHeader;
  readonly body: ManifestBody;
}

const MOST_CHUNKS = 1_000_000;
const MOST_LAYERS = 1_000;
const LONGEST_KEY = 64 << 10;
const NAME = textOf(1_000);

const chunkRef: Parser<ChunkRef> = object<ChunkRef>({
  id: digest,
  first: textOf(LONGEST_KEY),
  last: textOf(LONGEST_KEY),
  entries: count,
  rawBytes: count,
  storedBytes: count,
  sha256: digest,
});

const layer: Parser<Layer> = object<Layer>({
  snapId,
  kind: oneOf(["base", "delta"]),
  revisionFrom: count,
  revisionTo: count,
  puts: count,
  tombstones: count,
  chunks: arrayOf(chunkRef, MOST_CHUNKS),
  index: arrayOf(chunkRef, MOST_CHUNKS),
});

const link: Parser<SnapshotLink> = object<SnapshotLink>({ snapId, manifestSha256: digest });

const subject: Parser<SnapshotSubject> = object<SnapshotSubject>({
  uid: matching(/^[A-Za-z0-9-]{1,100}$/),
  name: NAME,
  namespace: NAME,
  facts: mapOf(NAME, 100),
});

/** The clear part of a manifest. */
export const parseHeader: Parser<ManifestHeader> = object<ManifestHeader>({
  format: oneOf([FORMAT]),
  snapId,
  kind: oneOf(SNAPSHOT_KINDS),
  createdAt: moment,
  completedAt: moment,
  expiresAt: orNull(moment),
  trigger: NAME,
  subject,
  revision: count,
  parent: orNull(link),
  base: orNull(link),
  chainLength: count,
  keys: count,
  valueBytes: count,
  addedBytes: count,
});

const inventoryEntry: Parser<InventoryEntry> = object<InventoryEntry>({
  prefix: NAME,
  gvks: arrayOf(NAME, 1_000),
  n: count,
  bytes: count,
  leased: count,
});

/** The sealed part of a manifest. */
export const parseBody: Parser<ManifestBody> = object<ManifestBody>({
  lineage: object<ManifestBody["lineage"]>({ id: NAME, clusterId: matching(/^\d{1,20}$/) }),
  layers: arrayOf(layer, MOST_LAYERS),
  content: object<ManifestBody["content"]>({
    rootHash: matching(/^sha256:[0-9a-f]{64}$/),
    excluded: arrayOf(NAME, 100),
    inventory: arrayOf(inventoryEntry, 100_000),
  }),
  metadata: mapOf(chunkRef, 100),
  stats: object<ManifestBody["stats"]>({
    durationMs: count,
    newChunks: count,
    reusedChunks: count,
  }),
});
