import { createInformer, type Informer, type InformerDeps, type InformerSpec } from "./informer.ts";

/**
 * An informer of some namespaces, each of which is followed by its own list and watch: it needs no right in any other.
 *
 * Versions of the server count for all namespaces, but each is told only of its own: one in which nothing happens falls
 * behind until its next bookmark, and so does the version of the whole.
 *
 * @param namespaces - Empty: all of them, followed as one.
 */
export function createNamespacesInformer<P>(
  namespaces: readonly string[],
  spec: Omit<InformerSpec<P>, "namespace">,
  deps: InformerDeps,
): Informer<P> {
  const [first, ...rest] = namespaces;
  if (first === undefined) return createInformer(spec, deps);
  const partOf = (namespace: string): Informer<P> => createInformer({ ...spec, namespace }, deps);
  return rest.length === 0
    ? partOf(first)
    : joined(new Map(namespaces.map((namespace) => [namespace, partOf(namespace)])));
}

function joined<P>(byNamespace: ReadonlyMap<string, Informer<P>>): Informer<P> {
  const parts = [...byNamespace.values()];
  const partOf = (key: string): Informer<P> | undefined =>
    byNamespace.get(key.slice(0, key.indexOf("/")));
  const oldest = (): string | undefined => firstOf(parts, isOlder);
  const newest = (): string | undefined => firstOf(parts, (a, b) => isOlder(b, a));
  return {
    start: (signal) => {
      for (const part of parts) part.start(signal);
    },
    synced: Promise.all(parts.map(({ synced }) => synced)).then(() => undefined),
    hasSynced: () => parts.every((part) => part.hasSynced()),
    get: (key) => partOf(key)?.get(key),
    list: () => oneByOne(parts, (part) => part.list()),
    keys: () => oneByOne(parts, (part) => part.keys()),
    size: () => parts.reduce((sum, part) => sum + part.size(), 0),
    byIndex: (index, value) => parts.flatMap((part) => part.byIndex(index, value)),
    onChange: (listener) => removalOf(parts.map((part) => part.onChange(listener))),
    version: (key) => (key === undefined ? oldest() : partOf(key)?.version()),
    onVersion: (listener) =>
      removalOf(
        parts.map((part) =>
          part.onVersion(({ listedAfter }) => {
            const version = oldest();
            if (version === undefined) return;
            listener({ version, newest: newest() ?? version, listedAfter });
          }),
        ),
      ),
    lastSyncMs: () => {
      const times = parts.map((part) => part.lastSyncMs());
      return times.includes(undefined) ? undefined : Math.min(...times.map((time) => time ?? 0));
    },
    behindMs: () => {
      const times = parts.flatMap((part) => part.behindMs() ?? []);
      return times.length === 0 ? undefined : Math.max(...times);
    },
  };
}

function* oneByOne<P, T>(
  parts: readonly Informer<P>[],
  itemsOf: (part: Informer<P>) => Iterable<T>,
): IterableIterator<T> {
  for (const part of parts) yield* itemsOf(part);
}

/** The version that comes first in an order; undefined before the first list of any part. */
function firstOf(
  parts: readonly Informer<unknown>[],
  isBefore: (a: string, b: string) => boolean,
): string | undefined {
  const versions = parts.map((part) => part.version());
  return versions.reduce((first, version) => {
    if (first === undefined || version === undefined) return undefined;
    return isBefore(version, first) ? version : first;
  });
}

/** Versions are numbers without leading zeros, in the order of the writes (KEP-5504). */
function isOlder(a: string, b: string): boolean {
  return a.length === b.length ? a < b : a.length < b.length;
}

function removalOf(removals: readonly (() => void)[]): () => void {
  return () => {
    for (const remove of removals) remove();
  };
}
