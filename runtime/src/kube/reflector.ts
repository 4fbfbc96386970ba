import { type BackoffSpec, backoffMs } from "../controller/backoff.ts";
import { Failure, failureOf } from "../failure.ts";
import type { Clock } from "../process/clock.ts";
import { errorFields, type Logger } from "../process/log.ts";
import type { Turns } from "../process/turns.ts";
import type { KubeClient, Selection } from "./client.ts";
import { startDeadline } from "./deadline.ts";
import { type CallName, isExpired } from "./errors.ts";
import { linesOf } from "./lines.ts";
import type { KubeObject, ResourceType } from "./object.ts";
import { parseWatchEvent, type WatchEvent } from "./watch-event.ts";

/** What is followed, and how patiently. */
export interface ReflectorSpec {
  readonly client: KubeClient;
  readonly type: ResourceType;
  readonly selection: Selection;
  readonly metadataOnly: boolean;
  readonly pageSize: number;
  /** A watch that is silent for so long is given up. */
  readonly stallMs: number;
  readonly backoff: BackoffSpec;
}

/** Takes what the server says. */
export interface ReflectorSink {
  /** Begins a whole new list; nothing is visible before its commit. */
  beginList(): { add(items: readonly KubeObject[]): void; commit(): void };
  apply(event: Exclude<WatchEvent, { readonly type: "BOOKMARK" }>): void;
  /** Everything up to this version was applied. */
  reached(version: string): void;
  /** The server was heard of. */
  heard(): void;
  /** A watch is open: what happens from now on is told. */
  followed(): void;
  failed(failure: Failure): void;
}

/** What a reflector uses. */
export interface ReflectorDeps {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: () => number;
  /** Lists wait for a turn here; absent: they do not wait. */
  readonly lists?: Turns | undefined;
}

const listTimeoutMs = 60_000;
/** Objects are at most about 1.5 MB in etcd; a longer line is no event. */
const maxLineBytes = 16 * 1024 * 1024;
/** client-go asks for 5 to 10 minutes, spread so that watches do not end together. */
const watchSeconds = 300;
/** How long after its time the server may take to end a watch. */
const overdueMs = 30_000;
/** A watch that ends sooner and said nothing counts as a failure, or it would be a busy loop. */
const shortWatchMs = 1_000;

/** Lists and watches until the signal aborts; never throws and never gives up. */
export async function reflect(
  spec: ReflectorSpec,
  sink: ReflectorSink,
  deps: ReflectorDeps,
  signal: AbortSignal,
): Promise<void> {
  let resourceVersion: string | undefined;
  let failures = 0;
  const advance = (version: string): void => {
    resourceVersion = version;
    failures = 0;
  };
  /** Follows until something ends; the pause to take before the next round, milliseconds. */
  const round = async (): Promise<number> => {
    try {
      resourceVersion ??= await inTurn(deps.lists, () => list(spec, sink, signal));
      await watch({ spec, sink, deps, signal, advance }, resourceVersion);
      failures = 0;
      return 0;
    } catch (error) {
      if (signal.aborted) return 0;
      const failure = failureOf(error);
      sink.failed(failure);
      deps.logger.debug(errorFields(failure), "Watch ended and is resumed");
      if (isExpired(failure)) resourceVersion = undefined;
      failures += 1;
      const pauseMs = backoffMs(spec.backoff, failures, deps.random());
      return Math.max(pauseMs, failure.retryAfterMs ?? 0);
    }
  };
  while (!signal.aborted) {
    const pauseMs = await round();
    if (pauseMs > 0) await deps.clock.sleep(pauseMs, signal).catch(() => undefined);
  }
}

function inTurn<T>(turns: Turns | undefined, work: () => Promise<T>): Promise<T> {
  return turns === undefined ? work() : turns.take(work);
}

/** Reads all pages; when the token of a page expired, all objects in one piece. */
async function list(
  spec: ReflectorSpec,
  sink: ReflectorSink,
  signal: AbortSignal,
): Promise<string> {
  try {
    return await listPages(spec, sink, signal, spec.pageSize);
  } catch (error) {
    if (!(error instanceof Failure && isExpired(error))) throw error;
    return await listPages(spec, sink, signal, 0);
  }
}

async function listPages(
  spec: ReflectorSpec,
  sink: ReflectorSink,
  signal: AbortSignal,
  limit: number,
): Promise<string> {
  const { client, type, selection, metadataOnly } = spec;
  const whole = sink.beginList();
  const options = { ...selection, metadataOnly, limit, timeoutMs: listTimeoutMs, signal };
  let page = await client.listPage(type, options);
  for (;;) {
    whole.add(page.items);
    sink.heard();
    if (page.continueToken === undefined) break;
    page = await client.listPage(type, { ...options, continueToken: page.continueToken });
  }
  if (page.resourceVersion === "") {
    throw new Failure("corrupt", "ListMalformed", `The list of ${type.plural} has no version`);
  }
  whole.commit();
  sink.reached(page.resourceVersion);
  return page.resourceVersion;
}

interface Watching {
  readonly spec: ReflectorSpec;
  readonly sink: ReflectorSink;
  readonly deps: ReflectorDeps;
  readonly signal: AbortSignal;
  readonly advance: (resourceVersion: string) => void;
}

/** Follows one watch to its end; returns if it ended as agreed. */
async function watch(watching: Watching, resourceVersion: string): Promise<void> {
  const { spec, sink, deps, signal } = watching;
  const { clock } = deps;
  const timeoutSeconds = Math.round(watchSeconds * (1 + deps.random()));
  const deadline = startDeadline({
    signal,
    timeoutMs: timeoutSeconds * 1000 + overdueMs,
    onTimeout: () => silent(spec.type),
  });
  const watchdog = startWatchdog(clock, spec.stallMs, () => {
    deadline.abort(silent(spec.type));
  });
  const startedMs = clock.monotonicMs();
  let lines = 0;
  try {
    const chunks = await spec.client.watch(spec.type, {
      ...spec.selection,
      metadataOnly: spec.metadataOnly,
      resourceVersion,
      timeoutSeconds,
      signal: deadline.signal,
    });
    sink.heard();
    sink.followed();
    for await (const line of linesOf(noted(chunks, watchdog.touch), maxLineBytes)) {
      if (line === "") continue;
      lines += 1;
      take(watching, line);
    }
  } finally {
    watchdog.stop();
    deadline.release();
  }
  sink.heard();
  if (lines === 0 && clock.monotonicMs() - startedMs < shortWatchMs) {
    throw new Failure("unavailable", "WatchTooShort", "The server ended the watch at once");
  }
}

function take(watching: Watching, line: string): void {
  const { spec, sink, deps, advance } = watching;
  const call: CallName = { verb: "watch", resource: spec.type.plural };
  const event = parseWatchEvent(call, line, deps.clock.nowMs());
  sink.heard();
  if (event.type !== "BOOKMARK") sink.apply(event);
  advance(event.resourceVersion);
  sink.reached(event.resourceVersion);
}

async function* noted(
  chunks: AsyncIterable<Uint8Array>,
  touch: () => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of chunks) {
    touch();
    yield chunk;
  }
}

/** Calls back once nothing was touched for `stallMs`; one timer, however often it is touched. */
function startWatchdog(
  clock: Clock,
  stallMs: number,
  onStall: () => void,
): { readonly touch: () => void; readonly stop: () => void } {
  let touchedMs = clock.monotonicMs();
  const check = (): void => {
    const leftMs = stallMs - (clock.monotonicMs() - touchedMs);
    if (leftMs <= 0) onStall();
    else cancel = clock.after(leftMs, check);
  };
  let cancel = clock.after(stallMs, check);
  return {
    touch: () => {
      touchedMs = clock.monotonicMs();
    },
    stop: () => {
      cancel();
    },
  };
}

function silent(type: ResourceType): Failure {
  return new Failure("timeout", "WatchStalled", `The watch of ${type.plural} is silent`);
}
