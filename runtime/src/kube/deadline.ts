import { clampTimer } from "../process/clock.ts";

/** An abort signal that follows a parent. */
export interface LinkedAbort {
  readonly signal: AbortSignal;
  /** Aborts now; the first reason stays. */
  readonly abort: (reason: Error) => void;
  /** Forgets the parent. */
  readonly release: () => void;
}

/**
 * Links a new signal to a parent. By hand, since `AbortSignal.any` on a signal that lives as long as the
 * process would keep something of every call.
 */
export function linkAbort(parent: AbortSignal | undefined): LinkedAbort {
  const controller = new AbortController();
  const onParent = (): void => {
    controller.abort(parent?.reason);
  };
  if (parent?.aborted === true) onParent();
  else parent?.addEventListener("abort", onParent, { once: true });
  return {
    signal: controller.signal,
    abort: (reason) => {
      controller.abort(reason);
    },
    release: () => {
      parent?.removeEventListener("abort", onParent);
    },
  };
}

/** How long something may take, and who may end it earlier. */
export interface Deadline {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs: number;
  /** The reason of the abort when the time is over. */
  readonly onTimeout: () => Error;
}

/** A linked abort with a timer; `release` stops both. */
export interface DeadlineSignal extends LinkedAbort {
  /** Stops the timer; the parent still counts. */
  readonly disarm: () => void;
}

/** Starts a deadline; its timer does not keep the process alive. */
export function startDeadline(deadline: Deadline): DeadlineSignal {
  const link = linkAbort(deadline.signal);
  const timer = setTimeout(() => {
    link.abort(deadline.onTimeout());
  }, clampTimer(deadline.timeoutMs));
  timer.unref();
  const disarm = (): void => {
    clearTimeout(timer);
  };
  return {
    ...link,
    disarm,
    release: () => {
      disarm();
      link.release();
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
