import type { BackoffSpec } from "../controller/backoff.ts";
import { Failure } from "../failure.ts";
import { errorFields, type LogFields } from "../process/log.ts";
import { INFORMER_FAILURES } from "../process/metric-catalog.ts";
import type { RuntimeDeps } from "../process/runtime-deps.ts";
import type { Turns } from "../process/turns.ts";
import { createCache, type Indexes, type InformerChange } from "./cache.ts";
import type { KubeClient, Selection } from "./client.ts";
import { reasonOf } from "./deadline.ts";
import { type KubeObject, keyText, type ResourceType } from "./object.ts";
import { type ReflectorSink, type ReflectorSpec, reflect } from "./reflector.ts";
import { sharedText, shareTexts } from "./shared-text.ts";

/** What an informer watches and keeps. */
export interface InformerSpec<P> extends Selection {
  readonly client: KubeClient;
  readonly type: ResourceType;
  readonly metadataOnly?: boolean | undefined;
  /** Reduces an object to what is needed; the rest is never kept. The result is frozen. */
  readonly project: (raw: KubeObject) => P;
  readonly indexes?: Indexes<P> | undefined;
  /** Objects in one page of a list; default 100: a page is held as bytes, text and objects at the same time. */
  readonly pageSize?: number | undefined;
  /** A watch that is silent for so long is opened anew; default 120 000. */
  readonly stallMs?: number | undefined;
  /** Pauses after failures; default 500 ms to 10 s. */
  readonly backoff?: BackoffSpec | undefined;
}

/** What an informer uses. */
export interface InformerDeps extends RuntimeDeps {
  /**
   * Shared by informers so that few of their lists are read at once: what the pages of many take together stays with the
   * process. Absent: every list is read at once.
   */
  readonly lists?: Turns | undefined;
}

/** How far a cache is. */
export interface Reached {
  readonly version: string;
  /** The same version, except where namespaces are followed apart: then no change that was told is behind it. */
  readonly newest: string;
  /**
   * After another list than the first: the version that the cache, or the part of it that was listed, had before. What
   * was made and removed between both was never told.
   */
  readonly listedAfter?: string | undefined;
}

/** A read-only cache of one resource that follows the server for as long as it runs. */
export interface Informer<P> {
  /** Starts following; once. Ends, silently, when the signal aborts. */
  start(signal: AbortSignal): void;
  /** Resolves after the first complete list; rejects with the signal's reason if stopped before. */
  readonly synced: Promise<void>;
  hasSynced(): boolean;
  get(key: string): P | undefined;
  list(): IterableIterator<P>;
  keys(): IterableIterator<string>;
  size(): number;
  /** The objects with this value in an index of the spec, in no order. */
  byIndex(index: string, value: string): readonly P[];
  /**
   * Adds a listener, told of every change of the projected object after it was applied; returns its
   * removal. What a listener throws is logged and goes no further.
   */
  onChange(listener: (change: InformerChange<P>) => void): () => void;
  /**
   * The newest resource version that the cache reflects; `undefined` before the first list. Where namespaces are
   * followed apart, what all of them reflect, or that of the namespace of `key`.
   */
  version(key?: string): string | undefined;
  /**
   * Adds a listener, told of each version once every change up to it was told to the listeners of changes; returns its
   * removal. A new list is many changes and one version.
   */
  onVersion(listener: (reached: Reached) => void): () => void;
  /** When the server was last heard of, epoch milliseconds; `undefined` before the first list. */
  lastSyncMs(): number | undefined;
  /**
   * For how long the server could not be followed, milliseconds; `undefined` while it is followed. A server that hangs is
   * noticed when its watch was silent for too long.
   */
  behindMs(): number | undefined;
}

/** Until the next try after an outage, answers are as old as the outage was long. */
const defaultBackoff: BackoffSpec = { baseMs: 500, maxMs: 10_000, jitter: 0.5 };

/**
 * Creates an informer; nothing happens before `start`. It lists in pages, then watches with bookmarks, and
 * recovers from every fault: failed lists, resets, refusals with Retry-After, expired versions, ERROR events,
 * truncated or malformed lines, silence. A new list replaces the cache in one step and reports deletions.
 */
export function createInformer<P>(spec: InformerSpec<P>, deps: InformerDeps): Informer<P> {
  const { clock } = deps;
  const logger = deps.logger.child({ resource: spec.type.plural });
  const cache = createCache<P>(spec.indexes ?? {});
  const listeners = new Set<(change: InformerChange<P>) => void>();
  const versionListeners = new Set<(reached: Reached) => void>();
  const first = Promise.withResolvers<undefined>();
  first.promise.catch(() => undefined);
  let isSynced = false;
  let lastSyncMs: number | undefined;
  /** On the monotonic clock. */
  let behindSinceMs: number | undefined;
  let reached: string | undefined;
  let listedAfter: string | undefined;
  let isStarted = false;
  const failures = deps.metrics?.counter(INFORMER_FAILURES);

  const call = <T>(told: ReadonlySet<(value: T) => void>, value: T, fields: LogFields): void => {
    for (const listener of told) {
      try {
        listener(value);
      } catch (error) {
        logger.error({ ...fields, ...errorFields(error) }, "Listener failed");
      }
    }
  };
  const tell = (change: InformerChange<P> | undefined): void => {
    if (change !== undefined) call(listeners, change, { object: change.key });
  };
  const projected = (raw: KubeObject, key: string): { readonly object: P } | undefined => {
    try {
      return { object: shareTexts(spec.project(raw)) };
    } catch (error) {
      logger.error(
        { object: key, ...errorFields(error) },
        "Object cannot be read and is left as it was",
      );
      return undefined;
    }
  };
  const keyOf = (raw: KubeObject): string => sharedText(keyText(raw.metadata));
  const sink: ReflectorSink = {
    beginList: () => {
      const objects = new Map<string, P>();
      const unreadable = new Set<string>();
      return {
        add: (items) => {
          for (const raw of items) {
            const key = keyOf(raw);
            const result = projected(raw, key);
            if (result === undefined) unreadable.add(key);
            else objects.set(key, result.object);
          }
        },
        commit: () => {
          for (const change of cache.replace(objects, unreadable)) tell(change);
          listedAfter = reached;
          isSynced = true;
          first.resolve(undefined);
        },
      };
    },
    apply: (event) => {
      const key = keyOf(event.object);
      if (event.type === "DELETED") {
        tell(cache.remove(key));
        return;
      }
      const result = projected(event.object, key);
      if (result !== undefined) tell(cache.put(key, result.object));
    },
    reached: (version) => {
      const news = { version, newest: version, listedAfter };
      reached = version;
      listedAfter = undefined;
      call(versionListeners, news, { version });
    },
    heard: () => {
      lastSyncMs = clock.nowMs();
    },
    followed: () => {
      behindSinceMs = undefined;
    },
    failed: (failure) => {
      behindSinceMs ??= clock.monotonicMs();
      failures?.inc({ resource: spec.type.plural, kind: failure.kind });
    },
  };

  return {
    start: (signal) => {
      if (isStarted) throw new Failure("bug", "StartedTwice", "An informer starts once");
      isStarted = true;
      void reflect(reflectorSpec(spec), sink, { ...deps, logger }, signal).then(() => {
        first.reject(reasonOf(signal));
      });
    },
    synced: first.promise,
    hasSynced: () => isSynced,
    get: (key) => cache.get(key),
    list: () => cache.entries().values(),
    keys: () => cache.entries().keys(),
    size: () => cache.entries().size,
    byIndex: (index, value) => cache.byIndex(index, value),
    onChange: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    version: () => reached,
    onVersion: (listener) => {
      versionListeners.add(listener);
      return () => {
        versionListeners.delete(listener);
      };
    },
    lastSyncMs: () => lastSyncMs,
    behindMs: () => (behindSinceMs === undefined ? undefined : clock.monotonicMs() - behindSinceMs),
  };
}

function reflectorSpec<P>(spec: InformerSpec<P>): ReflectorSpec {
  const { namespace, labelSelector, fieldSelector } = spec;
  return {
    client: spec.client,
    type: spec.type,
    selection: { namespace, labelSelector, fieldSelector },
    metadataOnly: spec.metadataOnly === true,
    pageSize: spec.pageSize ?? 100,
    stallMs: spec.stallMs ?? 120_000,
    backoff: spec.backoff ?? defaultBackoff,
  };
}
