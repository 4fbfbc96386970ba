import { describe, expect, it } from "@jest/globals";
import type { VClusterInstance } from "@open-vcluster/crds";
import type { Informer, InformerChange, Reached } from "@open-vcluster/runtime";
import { createFakeClock, type FakeClock } from "@open-vcluster/runtime/testing/fake-clock";
import { createWatchHub, type WatchHub } from "./hub.ts";
import { type StreamEvent, type StreamSpec, streamOf } from "./stream.ts";

/** A cache that changes when a test says so. */
class ScriptedCache {
  readonly #objects = new Map<string, VClusterInstance>();
  #changed: ((change: InformerChange<VClusterInstance>) => void)[] = [];
  #reached: ((reached: Reached) => void)[] = [];
  #version: string | undefined;

  /** What the hub uses of an informer. */
  asInformer(): Informer<VClusterInstance> {
    const used: Pick<Informer<VClusterInstance>, "onChange" | "onVersion" | "list"> = {
      onChange: (listener) => {
        this.#changed.push(listener);
        return () => undefined;
      },
      onVersion: (listener) => {
        this.#reached.push(listener);
        return () => undefined;
      },
      list: () => this.#objects.values(),
    };
    return used as Informer<VClusterInstance>;
  }

  /** Applies changes as the first list or a watch does, then reaches the version. */
  reach(version: number, ...changes: readonly (VClusterInstance | string)[]): void {
    this.#apply(changes);
    this.#tellVersion(String(version), undefined);
  }

  /** Applies changes as a new list after a fault does. */
  listAnew(version: number, ...changes: readonly (VClusterInstance | string)[]): void {
    this.#apply(changes);
    this.#tellVersion(String(version), this.#version);
  }

  #tellVersion(version: string, listedAfter: string | undefined): void {
    this.#version = version;
    for (const listener of this.#reached) listener({ version, newest: version, listedAfter });
  }

  #apply(changes: readonly (VClusterInstance | string)[]): void {
    for (const change of changes) {
      const key = typeof change === "string" ? change : change.metadata.name;
      const previous = this.#objects.get(key);
      if (typeof change === "string") {
        this.#objects.delete(key);
        if (previous !== undefined) this.#tell({ type: "deleted", key, object: previous });
      } else {
        this.#objects.set(key, change);
        this.#tell(
          previous === undefined
            ? { type: "added", key, object: change }
            : { type: "modified", key, object: change, previous },
        );
      }
    }
  }

  #tell(change: InformerChange<VClusterInstance>): void {
    for (const listener of this.#changed) listener(change);
  }
}

function instance(name: string, labels: Record<string, string> = {}, uid = name): VClusterInstance {
  return { apiVersion: "", kind: "", metadata: { name, namespace: "ns", uid, labels }, spec: {} };
}

interface Stage {
  readonly cache: ScriptedCache;
  readonly hub: WatchHub;
  readonly clock: FakeClock;
  /** Opens a stream; each call of the answer gives its next event. */
  readonly open: (over?: Partial<StreamSpec>) => () => Promise<string>;
}

function stage(memory = 100): Stage {
  const cache = new ScriptedCache();
  const hub = createWatchHub(cache.asInformer(), memory);
  const clock = createFakeClock();
  const open = (over: Partial<StreamSpec> = {}): (() => Promise<string>) => {
    const spec: StreamSpec = {
      matches: () => true,
      mayWatch: () => Promise.resolve(true),
      after: "",
      signal: new AbortController().signal,
      ...over,
    };
    const stream = streamOf(hub, spec, clock);
    return async () => {
      const next = await stream.next();
      return next.done === true ? "end" : textOf(next.value);
    };
  };
  return { cache, hub, clock, open };
}

function textOf(event: StreamEvent): string {
  return event.type === "bookmark"
    ? `bookmark ${event.version}`
    : `${event.type} ${event.instance.metadata.name} ${event.version}`.trim();
}

async function take(next: () => Promise<string>, count: number): Promise<readonly string[]> {
  const taken: string[] = [];
  while (taken.length < count) taken.push(await next());
  return taken;
}

describe("a stream", () => {
  it("tells what exists, a bookmark, and then each change", async () => {
    const { cache, open } = stage();
    cache.reach(5, instance("a"), instance("b"));
    const next = open();
    expect(await take(next, 3)).toEqual(["added a", "added b", "bookmark 5"]);
    cache.reach(6, instance("c"));
    cache.reach(7, instance("a", { x: "1" }));
    cache.reach(8, "b");
    expect(await take(next, 3)).toEqual(["added c 6", "modified a 7", "deleted b 8"]);
  });

  it("tells of a change while it begins exactly once", async () => {
    const { cache, open } = stage();
    cache.reach(5, instance("a"), instance("b"));
    const next = open();
    expect(await next()).toBe("added a");
    cache.reach(6, instance("c"));
    expect(await take(next, 3)).toEqual(["added b", "bookmark 5", "added c 6"]);
  });

  it("resumes behind a version without a gap", async () => {
    const { cache, open } = stage();
    cache.reach(5, instance("a"));
    cache.reach(6, instance("b"));
    cache.reach(7, "a");
    expect(await take(open({ after: "5" }), 3)).toEqual(["added b 6", "deleted a 7", "bookmark 7"]);
    expect(await take(open({ after: "7" }), 1)).toEqual(["bookmark 7"]);
  });

  it("repeats a whole batch for whoever saw a part of it", async () => {
    const { cache, open } = stage();
    cache.reach(5, instance("a"));
    cache.listAnew(9, instance("b"), instance("c"), "a");
    const versions = await take(open({ after: "5" }), 4);
    expect(versions).toEqual(["added b 5", "added c 5", "deleted a 9", "bookmark 9"]);
  });

  it("refuses a version that is forgotten, and takes one that it does not know yet", async () => {
    const { cache, open } = stage(2);
    cache.reach(5);
    for (let version = 6; version < 12; version += 1) cache.reach(version, instance("a", {}, "a"));
    await expect(open({ after: "6" })()).rejects.toMatchObject({
      kind: "outOfRange",
      reason: "ResourceVersionExpired",
    });
    expect(await open({ after: "9" })()).toBe("modified a 10");
    expect(await open({ after: "99" })()).toBe("bookmark 11");
  });

  it("lets nobody resume between a new list and the version before, where much may have come and gone", async () => {
    const { cache, open } = stage();
    cache.reach(5, instance("a"));
    cache.listAnew(9);
    await expect(open({ after: "7" })()).rejects.toMatchObject({
      kind: "outOfRange",
      reason: "ResourceVersionExpired",
    });
    expect(await open({ after: "5" })()).toBe("bookmark 9");
    expect(await open({ after: "9" })()).toBe("bookmark 9");
  });

  it("ends for whoever knew more than the cache when that had to list anew", async () => {
    const { cache, hub, open } = stage();
    cache.reach(5, instance("a"));
    const [alike, ahead, farAhead] = [
      open({ after: "5" }),
      open({ after: "7" }),
      open({ after: "12" }),
    ];
    for (const next of [alike, ahead, farAhead]) expect(await next()).toBe("bookmark 5");
    cache.listAnew(9, "a");
    await expect(ahead()).rejects.toMatchObject({ reason: "ResourceVersionExpired" });
    expect(await alike()).toBe("deleted a 9");
    expect(await farAhead()).toBe("deleted a 9");
    expect(hub.size()).toBe(2);
  });

  it("tells what leaves the selection as deleted, and what enters it as added", async () => {
    const { cache, open } = stage();
    cache.reach(5, instance("a", { team: "x" }), instance("b"));
    const next = open({ matches: ({ metadata }) => metadata.labels?.["team"] === "x" });
    expect(await take(next, 2)).toEqual(["added a", "bookmark 5"]);
    cache.reach(6, instance("a"));
    cache.reach(7, instance("b", { team: "x" }));
    cache.reach(8, instance("a", { other: "y" }));
    cache.reach(9, "b");
    expect(await take(next, 3)).toEqual(["deleted a 6", "added b 7", "deleted b 9"]);
  });

  it("tells a successor of the same name as another one", async () => {
    const { cache, open } = stage();
    cache.reach(5, instance("a", {}, "one"));
    const next = open({ after: "5" });
    expect(await next()).toBe("bookmark 5");
    cache.reach(6, instance("a", {}, "two"));
    expect(await take(next, 2)).toEqual(["deleted a 5", "added a 6"]);
  });

  it("hides what the caller may not watch, also when that changes", async () => {
    const { cache, open } = stage();
    let mayWatch = false;
    cache.reach(5, instance("a"));
    const next = open({ mayWatch: () => Promise.resolve(mayWatch) });
    expect(await next()).toBe("bookmark 5");
    cache.reach(6, instance("b"));
    cache.reach(7, instance("c"));
    const told = next();
    // Both are looked at before the permission comes.
    await new Promise((resolve) => setImmediate(resolve));
    mayWatch = true;
    cache.reach(8, instance("d"));
    expect(await told).toBe("added d 8");
  });

  it("says that it lives while nothing happens, with the newest version", async () => {
    const { cache, clock, open } = stage();
    cache.reach(5, instance("a"));
    const next = open({ matches: () => false });
    expect(await next()).toBe("bookmark 5");
    const told = next();
    cache.reach(6, instance("b"));
    await clock.advance(19_000);
    cache.reach(7);
    await clock.advance(1_000);
    expect(await told).toBe("bookmark 7");
  });

  it("drops a reader that is too slow, with a version to go on from", async () => {
    const { cache, open } = stage(50_000);
    cache.reach(1);
    const next = open();
    expect(await next()).toBe("bookmark 1");
    cache.reach(2, instance("a"));
    expect(await next()).toBe("added a 2");
    for (let version = 3; version < 11_000; version += 1) {
      cache.reach(version, instance("a", { v: String(version) }));
    }
    await expect(next()).rejects.toMatchObject({
      kind: "unavailable",
      reason: "ReaderTooSlow",
      facts: { resource_version: "2" },
    });
    expect(await open({ after: "2" })()).toBe("modified a 3");
  });

  it("ends when its caller leaves, and is forgotten", async () => {
    const { cache, hub, open } = stage();
    cache.reach(5);
    const left = new AbortController();
    const next = open({ signal: left.signal });
    expect(await next()).toBe("bookmark 5");
    expect(hub.size()).toBe(1);
    const told = next();
    left.abort();
    expect(await told).toBe("end");
    expect(hub.size()).toBe(0);
  });
});
