import type { VClusterInstance } from "@open-vcluster/crds";
import type { Informer, InformerChange } from "@open-vcluster/runtime";
import { hasReached } from "../read/version.ts";

/** One change of one instance. */
export interface HubEvent {
  /** The key of the instance, as in the cache. */
  readonly key: string;
  /** Undefined when it is gone. */
  readonly now: VClusterInstance | undefined;
  /** Undefined when it is new. */
  readonly before: VClusterInstance | undefined;
  /** A watch that resumes here gets everything behind this event. */
  readonly version: string;
}

/** Takes what happens, in order. */
export interface Subscriber {
  event(event: HubEvent): void;
  /** Everything up to this version was told. */
  reached(version: string): void;
  /** What happened behind the version to resume from cannot be told any more; nothing follows. */
  expired(): void;
}

/** Where a subscription begins. */
export type Subscription =
  | {
      /** What exists at `version`; events follow from there. */
      readonly start: "state";
      readonly state: readonly VClusterInstance[];
      readonly version: string;
    }
  | { readonly start: "missed"; readonly missed: readonly HubEvent[]; readonly version: string }
  /** The version is older than what is remembered, or inside a gap. */
  | { readonly start: "expired" };

/** Any number of subscribers on one cache: the API server sees one watch. */
export interface WatchHub {
  /**
   * Subscribes, and tells the beginning in the same step, so that nothing is lost between both.
   *
   * @param after - Version to resume behind; empty: from what exists.
   */
  subscribe(
    subscriber: Subscriber,
    after: string,
  ): { readonly begun: Subscription; readonly unsubscribe: () => void };
  /** Subscribers at present. */
  size(): number;
}

/** Everything between two versions that the cache reached. */
interface Batch {
  /** No event of it is behind this version. */
  readonly newest: string;
  readonly events: readonly HubEvent[];
  /** Of a new list: the version before it. */
  readonly listedAfter: string | undefined;
}

/** Creates the hub. Remembers up to about `memory` events for those that resume. */
export function createWatchHub(informer: Informer<VClusterInstance>, memory: number): WatchHub {
  /** Each with the version that it resumed behind. */
  const subscribers = new Map<Subscriber, string>();
  const batches: Batch[] = [];
  let remembered = 0;
  let pending: InformerChange<VClusterInstance>[] = [];
  /** What happened behind `horizon` is remembered, up to `latest`. Both undefined before the first list. */
  let horizon: string | undefined;
  let latest: string | undefined;

  const remember = (batch: Batch): void => {
    if (batch.events.length === 0 && batch.listedAfter === undefined) return;
    batches.push(batch);
    remembered += weightOf(batch);
    while (remembered > memory) {
      const oldest = batches.shift();
      if (oldest === undefined) return;
      remembered -= weightOf(oldest);
      if (!hasReached(horizon ?? "", oldest.newest)) horizon = oldest.newest;
    }
  };
  informer.onChange((change) => {
    pending.push(change);
  });
  informer.onVersion(({ version, newest, listedAfter }) => {
    const events = sealed(pending, latest ?? version, version);
    pending = [];
    latest = version;
    const batch = { newest, events, listedAfter };
    // The first list is state, not history.
    if (horizon === undefined) horizon = newest;
    else remember(batch);
    for (const [subscriber, after] of subscribers) {
      if (isInGap(after, batch)) {
        subscribers.delete(subscriber);
        subscriber.expired();
        continue;
      }
      for (const event of events) subscriber.event(event);
      subscriber.reached(version);
    }
  });

  const begin = (after: string): Subscription => {
    if (horizon === undefined || latest === undefined) return { start: "expired" };
    if (after === "") return { start: "state", state: [...informer.list()], version: latest };
    if (!hasReached(after, horizon)) return { start: "expired" };
    if (batches.some((batch) => isInGap(after, batch))) return { start: "expired" };
    // A version from the future is another replica's; what follows here is at worst told twice.
    const missed = batches.filter(({ newest }) => !hasReached(after, newest));
    return { start: "missed", missed: missed.flatMap(({ events }) => events), version: latest };
  };
  return {
    subscribe: (subscriber, after) => {
      const begun = begin(after);
      if (begun.start !== "expired") subscribers.set(subscriber, after);
      return { begun, unsubscribe: () => subscribers.delete(subscriber) };
    },
    size: () => subscribers.size,
  };
}

/** An empty list is remembered too. */
function weightOf({ events }: Batch): number {
  return Math.max(1, events.length);
}

/**
 * Whether somebody who knows everything up to a version may know an object that this batch would have to tell the end
 * of, and does not: made behind the version before a new list, and removed before the list.
 */
function isInGap(after: string, { listedAfter, newest }: Batch): boolean {
  if (after === "" || listedAfter === undefined) return false;
  return !hasReached(listedAfter, after) && !hasReached(after, newest);
}

/**
 * Gives each change a version that is safe to resume from: behind a batch, such as a new list after a fault, one may
 * resume only when all of it was told.
 */
function sealed(
  changes: readonly InformerChange<VClusterInstance>[],
  before: string,
  version: string,
): readonly HubEvent[] {
  const events = changes.flatMap(eventsOf);
  return events.map((event, at) => ({
    ...event,
    version: at === events.length - 1 ? version : before,
  }));
}

/** Another object of the same name is two events. */
function eventsOf(change: InformerChange<VClusterInstance>): readonly Omit<HubEvent, "version">[] {
  const { key, object, previous } = change;
  if (change.type === "deleted") return [{ key, now: undefined, before: object }];
  if (previous === undefined || previous.metadata.uid === object.metadata.uid) {
    return [{ key, now: object, before: previous }];
  }
  return [
    { key, now: undefined, before: previous },
    { key, now: object, before: undefined },
  ];
}
