import type { VClusterInstance } from "@open-vcluster/crds";
import { type Clock, Failure } from "@open-vcluster/runtime";
import type { HubEvent, Subscriber, WatchHub } from "./hub.ts";

/** What one stream wants. */
export interface StreamSpec {
  readonly matches: (instance: VClusterInstance) => boolean;
  /** Whether the caller may watch in a namespace now; asked for every event. */
  readonly mayWatch: (namespace: string) => Promise<boolean>;
  /** Version to resume behind; empty: from what exists. */
  readonly after: string;
  readonly signal: AbortSignal;
}

/** One message of a stream. */
export type StreamEvent =
  | {
      readonly type: "added" | "modified" | "deleted";
      readonly instance: VClusterInstance;
      readonly version: string;
    }
  | { readonly type: "bookmark"; readonly version: string };

/** Events that wait for a slow reader before it is dropped. */
const MAX_WAITING = 10_000;
/** A quiet stream says so often that it lives; readers are promised 30 seconds. */
const HEARTBEAT_MS = 20_000;

/**
 * Streams what happens to instances: what exists, a bookmark, then each change; bookmarks while it is quiet. Ends when
 * the signal aborts.
 *
 * @throws Failure `outOfRange` ResourceVersionExpired, `unavailable` ReaderTooSlow with the version to go on from.
 */
export async function* streamOf(
  hub: WatchHub,
  spec: StreamSpec,
  clock: Clock,
): AsyncGenerator<StreamEvent, void, undefined> {
  const mailbox = createMailbox(clock, spec.signal);
  const { begun, unsubscribe } = hub.subscribe(mailbox, spec.after);
  try {
    if (begun.start === "expired") throw expired();
    let { version } = begun;
    if (begun.start === "state") {
      for (const instance of begun.state) {
        if (!spec.matches(instance) || !(await isVisible(instance, spec))) continue;
        yield { type: "added", instance, version: "" };
      }
    } else {
      for (const event of begun.missed) yield* await told(event, spec);
    }
    yield { type: "bookmark", version };
    let toldMs = clock.monotonicMs();
    for (;;) {
      const next = await mailbox.next(toldMs + HEARTBEAT_MS - clock.monotonicMs());
      if (next === "ended") return;
      if (next === "overflow") throw tooSlow(version);
      if (next !== "quiet") version = next.version;
      const isOverdue = next === "quiet" || clock.monotonicMs() - toldMs >= HEARTBEAT_MS;
      const events = typeof next === "object" && "key" in next ? await told(next, spec) : [];
      const isTold = events.length > 0 || isOverdue;
      yield* events;
      if (isOverdue) yield { type: "bookmark", version };
      if (isTold) toldMs = clock.monotonicMs();
    }
  } finally {
    unsubscribe();
    mailbox.close();
  }
}

/** What an event is for a stream: leaving its selection is a deletion, entering it an addition. */
async function told(event: HubEvent, spec: StreamSpec): Promise<readonly StreamEvent[]> {
  const { now, before, version } = event;
  const matched = before !== undefined && spec.matches(before);
  const matches = now !== undefined && spec.matches(now);
  const instance = now ?? before;
  if (instance === undefined || (!matched && !matches)) return [];
  if (!(await isVisible(instance, spec))) return [];
  if (!matches) return [{ type: "deleted", instance, version }];
  return [{ type: matched ? "modified" : "added", instance, version }];
}

function isVisible({ metadata }: VClusterInstance, { mayWatch }: StreamSpec): Promise<boolean> {
  return mayWatch(metadata.namespace ?? "");
}

interface Reached {
  readonly version: string;
}
type Mail = HubEvent | Reached | "quiet" | "overflow" | "ended";

interface Mailbox extends Subscriber {
  /** The next mail; waits for it, and says `quiet` if there is none within `patienceMs`. */
  next(patienceMs: number): Promise<Mail>;
  close(): void;
}

/** A bounded queue between the cache and one reader. */
function createMailbox(clock: Clock, signal: AbortSignal): Mailbox {
  const waiting: HubEvent[] = [];
  let reached: Reached | undefined;
  let isOverflown = false;
  let wake = Promise.withResolvers<undefined>();
  const ring = (): void => {
    wake.resolve(undefined);
  };
  signal.addEventListener("abort", ring, { once: true });
  const take = (): Mail | undefined => {
    if (signal.aborted) return "ended";
    const event = waiting.shift();
    if (event !== undefined) return event;
    if (isOverflown) return "overflow";
    const mail = reached;
    reached = undefined;
    return mail;
  };
  return {
    event: (event) => {
      if (isOverflown) return;
      waiting.push(event);
      if (waiting.length > MAX_WAITING) {
        isOverflown = true;
        waiting.length = 0;
      }
      reached = undefined;
      ring();
    },
    reached: (version) => {
      reached = { version };
      ring();
    },
    next: async (patienceMs) => {
      const patience = { isOver: false };
      const stop = clock.after(patienceMs, () => {
        patience.isOver = true;
        ring();
      });
      try {
        for (;;) {
          const mail = take();
          if (mail !== undefined) return mail;
          if (patience.isOver) return "quiet";
          await wake.promise;
          wake = Promise.withResolvers<undefined>();
        }
      } finally {
        stop();
      }
    },
    close: () => {
      signal.removeEventListener("abort", ring);
    },
  };
}

function expired(): Failure {
  return new Failure(
    "outOfRange",
    "ResourceVersionExpired",
    "resource_version is too old; list again and watch from the version of the list",
  );
}

function tooSlow(version: string): Failure {
  return new Failure(
    "unavailable",
    "ReaderTooSlow",
    `The stream was not read fast enough and was ended; watch again with resource_version ${version}`,
    { facts: { resource_version: version } },
  );
}
