import { type Clock, Failure } from "@open-vcluster/runtime";

/** Options of {@link createAnswerCache}. */
export interface AnswerCacheOptions<T> {
  /** How long an answer is good, milliseconds. */
  readonly ttlMs: (answer: T) => number;
  /** Answers that are remembered; the oldest is forgotten. */
  readonly maxAnswers: number;
  readonly clock: Clock;
}

/** Remembers answers for a short time; those who ask for the same thing meanwhile wait for one answer. */
export interface AnswerCache<T> {
  /**
   * The remembered answer, or that of `ask`; a failure is not remembered. While nobody can be asked (`unavailable`,
   * `timeout`), an answer stays good for two minutes longer.
   */
  get(key: string, ask: () => Promise<T>): Promise<T>;
}

/** As long as an API server itself goes by what a webhook said of a token. */
const OUTAGE_MS = 120_000;
/** Between two questions during an outage: each of them may take its whole time. */
const OUTAGE_PAUSE_MS = 2_000;

interface Answer<T> {
  readonly value: T;
  readonly expiresMs: number;
  readonly outageEndsMs: number;
}

interface Entry<T> {
  readonly coming: Promise<Answer<T>>;
  /** Undefined before it is there. */
  answer: Answer<T> | undefined;
}

/** Creates an empty cache. */
export function createAnswerCache<T>(options: AnswerCacheOptions<T>): AnswerCache<T> {
  const { ttlMs, maxAnswers, clock } = options;
  const entries = new Map<string, Entry<T>>();
  const answerOf = async (
    ask: () => Promise<T>,
    past: Answer<T> | undefined,
  ): Promise<Answer<T>> => {
    // From before the question: what was true then may have changed since.
    const startMs = clock.monotonicMs();
    try {
      const value = await ask();
      const expiresMs = startMs + ttlMs(value);
      return { value, expiresMs, outageEndsMs: expiresMs + OUTAGE_MS };
    } catch (error) {
      const nowMs = clock.monotonicMs();
      if (past === undefined || nowMs >= past.outageEndsMs || !isOutage(error)) throw error;
      return { ...past, expiresMs: nowMs + OUTAGE_PAUSE_MS };
    }
  };
  const remember = (
    key: string,
    ask: () => Promise<T>,
    past: Answer<T> | undefined,
  ): Promise<Answer<T>> => {
    const entry: Entry<T> = { coming: answerOf(ask, past), answer: undefined };
    entries.delete(key);
    entries.set(key, entry);
    if (entries.size > maxAnswers) entries.delete(entries.keys().next().value ?? key);
    entry.coming.then(
      (answer) => {
        entry.answer = answer;
      },
      () => {
        if (entries.get(key) === entry) entries.delete(key);
      },
    );
    return entry.coming;
  };
  return {
    get: async (key, ask) => {
      const entry = entries.get(key);
      const isGood =
        entry !== undefined &&
        (entry.answer === undefined || clock.monotonicMs() < entry.answer.expiresMs);
      const { value } = await (isGood ? entry.coming : remember(key, ask, entry?.answer));
      return value;
    },
  };
}

function isOutage(error: unknown): boolean {
  return error instanceof Failure && (error.kind === "unavailable" || error.kind === "timeout");
}
