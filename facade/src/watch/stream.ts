import type { VClusterInstance } from "@open-vcluster/crds";
import { type Clock, Failure } from "@open-vcluster/runtime";
import type { HubEvent, Subscriber, Subscription, WatchHub } from "./hub.ts";

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

/** Events that wait for a slow reader before it is dropped: fewer than the hub remembers, so that it can resume. */
const MAX_WAITING = 2_000;
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
    yield* beginningOf(begun, spec);
    yield* following(mailbox, begun.version, spec, clock);
  } finally {
    unsubscribe();
    mailbox.close();
  }
}

async function* beginningOf(
  begun: Exclude<Subscription, { readonly start: "expired" }>,
  spec: StreamSpec,
): AsyncGenerator<StreamEvent, void, undefined> {
  if (begun.start === "missed") {
    for (const event of begun.missed) yield* await told(event, spec);
  } else {
    for (const instance of begun.state) {
      const isWanted = spec.matches(instance) && (await isVisible(instance, spec));
      // Only the bookmark behind the last one is a place to resume from.
      if (isWanted) yield { type: "added", instance, version: "" };
    }
  }
  yield { type: "bookmark", version: begun.version };
}

async function* following(
  mailbox: Mailbox,
  from: string,
  spec: StreamSpec,
  clock: Clock,
): AsyncGenerator<StreamEvent, void, undefined> {
  let version = from;
  let toldMs = clock.monotonicMs();
  for (;;) {
    const mail = await mailbox.next(toldMs + HEARTBEAT_MS - clock.monotonicMs());
    if (mail === "ended") return;
    if (mail === "overflow") throw tooSlow(version);
    if (mail === "expired") throw expired();
    if (mail !== "quiet") version = mail.version;
    const events = typeof mail === "object" && "key" in mail ? await told(mail, spec) : [];
    yield* events;
    const isOverdue = clock.monotonicMs() - toldMs >= HEARTBEAT_MS;
    if (isOverdue) yield { type: "bookmark", version };
    if (isOverdue || events.length > 0) toldMs = clock.monotonicMs();
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
type Mail = HubEvent | Reached | "quiet" | "overflow" | "expired" | "ended";

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
  let isExpired = false;
  let wake = Promise.withResolvers<undefined>();
  const ring = (): void => {
    wake.resolve(undefined);
  };
  signal.addEventListener("abort", ring, { once: true });
  const take = (): Mail | undefined => {
    if (signal.aborted) return "ended";
    if (isExpired) return "expired";
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
    expired: () => {
      isExpired = true;
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
