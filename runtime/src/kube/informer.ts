import { Failure } from "../failure.ts";
import type { Clock } from "../process/clock.ts";
import type { Logger } from "../process/log.ts";
import type { Metrics } from "../process/metrics.ts";
import type { KubeClient, Selection } from "./client.ts";
import type { KubeObject, ResourceType } from "./object.ts";

/** One change of an informer's cache. */
export interface InformerChange<P> {
  readonly type: "added" | "modified" | "deleted";
  /** `namespace/name`, or `name` for cluster-scoped kinds. */
  readonly key: string;
  /** The object now; for `deleted` the last known one. */
  readonly object: P;
  /** What was cached before; on `modified` only. */
  readonly previous?: P;
}

/** What an informer watches and keeps. */
export interface InformerSpec<P> extends Selection {
  readonly client: KubeClient;
  readonly type: ResourceType;
  readonly metadataOnly?: boolean | undefined;
  /** Reduces an object to what is needed; the rest is never kept. The result is frozen. */
  readonly project: (raw: KubeObject) => P;
  /** Secondary indexes: name to the values of an object. */
  readonly indexes?: Readonly<Record<string, (object: P) => readonly string[]>>;
}

/** What an informer uses. */
export interface InformerDeps {
  readonly logger: Logger;
  readonly clock: Clock;
  /** Uniform in [0, 1); for jitter. */
  readonly random: () => number;
  readonly metrics?: Metrics;
}

/** A read-only cache of one resource that follows the server for as long as it runs. */
export interface Informer<P> {
  /** Starts following; once. Ends when the signal aborts. */
  start(signal: AbortSignal): void;
  /** Resolves after the first complete list; rejects if stopped before. */
  readonly synced: Promise<void>;
  hasSynced(): boolean;
  get(key: string): P | undefined;
  list(): IterableIterator<P>;
  keys(): IterableIterator<string>;
  readonly size: number;
  byIndex(index: string, value: string): readonly P[];
  /** Adds a listener, told of every change after it was applied; returns its removal. */
  onChange(listener: (change: InformerChange<P>) => void): () => void;
  /** When the server was last heard of, epoch milliseconds; `undefined` before the first list. */
  lastSyncMs(): number | undefined;
}

/** Creates an informer; nothing happens before `start`. */
export function createInformer<P>(_spec: InformerSpec<P>, _deps: InformerDeps): Informer<P> {
  throw new Failure("bug", "NotBuilt", "not built");
}
