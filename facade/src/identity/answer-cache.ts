import type { Clock } from "@open-vcluster/runtime";

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
  /** The remembered answer, or that of `ask`; a failure is not remembered. */
  get(key: string, ask: () => Promise<T>): Promise<T>;
}

interface Entry<T> {
  readonly answer: Promise<T>;
  /** Not before the answer is there. */
  expiresMs: number;
}

/** Creates an empty cache. */
export function createAnswerCache<T>(options: AnswerCacheOptions<T>): AnswerCache<T> {
  const { ttlMs, maxAnswers, clock } = options;
  const entries = new Map<string, Entry<T>>();
  const remember = (key: string, ask: () => Promise<T>): Promise<T> => {
    const startMs = clock.monotonicMs();
    const entry: Entry<T> = { answer: ask(), expiresMs: Number.POSITIVE_INFINITY };
    entries.delete(key);
    entries.set(key, entry);
    if (entries.size > maxAnswers) entries.delete(entries.keys().next().value ?? key);
    entry.answer.then(
      (answer) => {
        // From before the question: what was true then may have changed since.
        entry.expiresMs = startMs + ttlMs(answer);
      },
      () => {
        if (entries.get(key) === entry) entries.delete(key);
      },
    );
    return entry.answer;
  };
  return {
    get: (key, ask) => {
      const entry = entries.get(key);
      if (entry !== undefined && clock.monotonicMs() < entry.expiresMs) return entry.answer;
      return remember(key, ask);
    },
  };
}
