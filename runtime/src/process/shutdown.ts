import { Failure } from "../failure.ts";
import type { Logger } from "./log.ts";

/** Ends a process in order. */
export interface Shutdown {
  /** Aborts when the process is asked to end. */
  readonly signal: AbortSignal;
  /** Adds a step; steps run one after the other, the last added first. */
  onClose(name: string, close: (signal: AbortSignal) => Promise<void> | void): void;
  /** Asks for the end; the same as SIGTERM. */
  request(reason: string): void;
  /** Resolves with the exit code when all steps are done or the deadline passed. */
  readonly done: Promise<number>;
}

/** Listens for SIGTERM and SIGINT; a second signal exits at once. */
export function createShutdown(_options: {
  readonly deadlineMs: number;
  readonly logger: Logger;
}): Shutdown {
  throw new Failure("bug", "NotBuilt", "not built");
}
