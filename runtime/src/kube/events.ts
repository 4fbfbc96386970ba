import { Failure, failureOf } from "../failure.ts";
import type { Clock } from "../process/clock.ts";
import { errorFields, type Logger } from "../process/log.ts";
import { EVENTS_DROPPED } from "../process/metric-catalog.ts";
import type { Metrics } from "../process/metrics.ts";
import type { KubeClient } from "./client.ts";
import { orAborted } from "./deadline.ts";
import { createEventBudget } from "./event-budget.ts";
import {
  type EventNote,
  eventKey,
  eventObject,
  eventType,
  noteKey,
  seriesPatch,
} from "./event-object.ts";
import type { KubeObject, ObjectKey } from "./object.ts";

/** Writes events.k8s.io/v1 events; repeats become one series, and each object has a budget. */
export interface EventRecorder {
  /** Never waits and never throws; an event that cannot be written is logged and dropped. */
  record(note: EventNote): void;
  /**
   * Records what a process that ended may not have come to write: an event of the same occasion that exists is left as
   * it is. As `record`, it never waits and never throws.
   */
  remind(note: EventNote): void;
  /** Resolves when what was recorded is written or dropped; rejects with the signal's reason. */
  flush(signal: AbortSignal): Promise<void>;
}

/** Options of {@link createEventRecorder}. */
export interface EventRecorderOptions {
  readonly client: KubeClient;
  /** Reporting controller, a qualified name such as `example.io/operator`. */
  readonly controller: string;
  /** Reporting instance, such as the Pod's name. */
  readonly instance: string;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly metrics?: Metrics | undefined;
}

interface Series {
  readonly key: ObjectKey;
  count: number;
  writtenCount: number;
  lastSeenMs: number;
}

/** A repeat after this long is a new event, as in client-go. */
const seriesLifeMs = 360_000;
/** A series is written at most this often. */
const seriesPauseMs = 60_000;
const maxSeries = 1_000;
const maxPending = 200;
/** client-go's spam filter: 25 at once, one more every five minutes. */
const budget = { burst: 25, refillMs: 300_000, maxSubjects: 1_000 };

/** Creates a recorder; it makes no request before the first event. */
export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  const { client, clock, logger } = options;
  const series = new Map<string, Series>();
  const budgets = createEventBudget(budget);
  const dropped = options.metrics?.counter(EVENTS_DROPPED);
  let pending = 0;
  let tail: Promise<void> = Promise.resolve();
  let cancelTimer: (() => void) | undefined;

  const enqueue = (write: () => Promise<unknown>, onFailure: () => void): void => {
    if (pending >= maxPending) {
      onFailure();
      dropped?.inc({ cause: "queue" });
      logger.debug({}, "Event dropped, too many are waiting");
      return;
    }
    pending += 1;
    tail = tail
      .then(write)
      .then(
        () => undefined,
        (error: unknown) => {
          onFailure();
          if (isExpected(error)) return;
          dropped?.inc({ cause: "failed" });
          logger.warn(errorFields(failureOf(error)), "Event dropped");
        },
      )
      .finally(() => {
        pending -= 1;
      });
  };
  const begin = (id: string, note: EventNote, nowMs: number): void => {
    const event = eventObject(note, options, nowMs);
    series.set(id, { key: eventKey(event), count: 1, writtenCount: 1, lastSeenMs: nowMs });
    const [oldest] = series.keys();
    if (series.size > maxSeries && oldest !== undefined) series.delete(oldest);
    enqueue(
      () => createAnyway(id, note, nowMs),
      () => series.delete(id),
    );
  };
  /** An occasion that comes again, such as a failure that was overcome for a while, is news again. */
  const createAnyway = async (id: string, note: EventNote, nowMs: number): Promise<void> => {
    try {
      await client.create(eventType, eventObject(note, options, nowMs));
    } catch (error) {
      if (!isKnown(error) || note.occasion === undefined) throw error;
      const event = eventObject({ ...note, occasion: undefined }, options, nowMs);
      const begun = series.get(id);
      if (begun !== undefined) series.set(id, { ...begun, key: eventKey(event) });
      await client.create(eventType, event);
    }
  };
  /** Asks first, so that a start over what was told is no write. */
  const createMissing = async (event: KubeObject): Promise<void> => {
    if ((await client.get(eventType, eventKey(event))) !== undefined) return;
    await client.create(eventType, event).catch(passKnown);
  };
  const writeSeries = (): void => {
    cancelTimer = undefined;
    for (const [id, known] of series) {
      if (known.count === known.writtenCount) continue;
      known.writtenCount = known.count;
      const patch = seriesPatch(known.count, known.lastSeenMs);
      enqueue(
        () => client.mergePatch(eventType, known.key, patch),
        () => series.delete(id),
      );
    }
  };

  return {
    record: (note) => {
      const nowMs = clock.nowMs();
      const id = noteKey(note);
      const known = series.get(id);
      if (known !== undefined && nowMs - known.lastSeenMs < seriesLifeMs) {
        known.count += 1;
        known.lastSeenMs = nowMs;
        cancelTimer ??= clock.after(seriesPauseMs, writeSeries);
        return;
      }
      const { kind, namespace, name, uid } = note.regarding;
      const subject = JSON.stringify([kind, namespace, name, uid]);
      if (budgets.take(subject, nowMs)) {
        begin(id, note, nowMs);
        return;
      }
      dropped?.inc({ cause: "budget" });
      logger.debug({ kind, namespace, name, reason: note.reason }, "Event dropped, too many");
    },
    remind: (note) => {
      const event = eventObject(note, options, clock.nowMs());
      enqueue(
        () => createMissing(event),
        () => undefined,
      );
    },
    flush: async (signal) => {
      cancelTimer?.();
      writeSeries();
      await orAborted(tail, signal);
    },
  };
}

/** An event may have expired, or its namespace may be going. */
function isExpected(error: unknown): boolean {
  return (
    error instanceof Failure &&
    (error.kind === "notFound" || error.reason === "NamespaceTerminating")
  );
}

function isKnown(error: unknown): boolean {
  return error instanceof Failure && error.kind === "alreadyExists";
}

function passKnown(error: unknown): void {
  if (!isKnown(error)) throw error;
}
