/** How long something may take, and who may end it earlier. */
export interface Deadline {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs: number;
  /** The reason of the abort when the time is over. */
  readonly onTimeout: () => Error;
}

/** An abort signal made of a parent and a timer, and the release of both. */
export interface DeadlineSignal {
  readonly signal: AbortSignal;
  /** Stops the timer; the parent still counts. */
  disarm(): void;
  /** Aborts now. */
  abort(reason: unknown): void;
  /** Stops the timer and forgets the parent. */
  release(): void;
}

/**
 * Starts a deadline. The parent is listened to by hand: `AbortSignal.any` on a signal that lives as long
 * as the process would keep something of every call.
 */
export function startDeadline(deadline: Deadline): DeadlineSignal {
  const controller = new AbortController();
  const { signal: parent } = deadline;
  const onParent = (): void => {
    controller.abort(parent?.reason);
  };
  const timer = setTimeout(() => {
    controller.abort(deadline.onTimeout());
  }, deadline.timeoutMs);
  if (parent?.aborted === true) onParent();
  else parent?.addEventListener("abort", onParent, { once: true });
  const disarm = (): void => {
    clearTimeout(timer);
  };
  return {
    signal: controller.signal,
    disarm,
    abort: (reason) => {
      controller.abort(reason);
    },
    release: () => {
      disarm();
      parent?.removeEventListener("abort", onParent);
    },
  };
}

/** The promise's result, or the signal's reason if it aborts first; the promise itself goes on. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      reject(reasonOf(signal));
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener("abort", onAbort);
    });
  });
}

/** The abort's reason as an Error. */
export function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error("Aborted", { cause: reason });
}
