import type { ApiServer, Json, KubeObject, WatchEvent } from "./api-server.ts";

/** What a client knows that lists once and then watches. */
export interface WatchCache {
  /** By `nameOf`. */
  readonly objects: ReadonlyMap<string, KubeObject>;
  /** Whatever ended its watch. */
  readonly errors: readonly WatchEvent[];
  /** Rejects if the watch broke. */
  readonly close: () => Promise<void>;
}

interface List {
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
}

/** Namespace and name. */
export function nameOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}

/** Lists leave the type of built-in kinds out of their items; events do not. */
function withoutType(object: KubeObject): KubeObject {
  const { apiVersion: _, kind: __, ...rest } = object;
  return rest;
}

/** All objects of a resource; throws where there is no such resource. */
export async function list(api: ApiServer, path: string): Promise<List> {
  const { status, json } = await api.call("GET", path);
  if (status !== 200) throw new Error(`${path}: ${status}`);
  const { items, metadata } = json as Json & {
    readonly items: readonly KubeObject[];
    readonly metadata: { readonly resourceVersion: string };
  };
  return { items: items.map(withoutType), resourceVersion: metadata.resourceVersion };
}

/** Lists a resource and follows it from there. */
export async function openCache(api: ApiServer, path: string): Promise<WatchCache> {
  const { items, resourceVersion } = await list(api, path);
  const objects = new Map(items.map((item) => [nameOf(item), item]));
  const errors: WatchEvent[] = [];
  const stopped = new AbortController();
  const follow = async (): Promise<void> => {
    const watch = `${path}?watch=1&resourceVersion=${resourceVersion}`;
    for await (const event of api.watch(watch, stopped.signal)) {
      if (event.type === "ERROR") errors.push(event);
      else if (event.type === "DELETED") objects.delete(nameOf(event.object));
      else objects.set(nameOf(event.object), withoutType(event.object));
    }
  };
  const following = follow();
  // Its failure is told by close; until then it must not count as unheard.
  following.catch(() => undefined);
  const close = async (): Promise<void> => {
    stopped.abort();
    await following;
  };
  return { objects, errors, close };
}
