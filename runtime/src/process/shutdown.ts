import type { Clock } from "./clock.ts";
import { errorFields, type Logger } from "./log.ts";

/** Signals of the process, and its way out; `process` fits. */
export interface ProcessPort {
  on(event: "SIGTERM" | "SIGINT", listener: () => void): unknown;
  off(event: "SIGTERM" | "SIGINT", listener: () => void): unknown;
  exit(code: number): void;
}

/** Options of {@link createShutdown}. */
export interface ShutdownOptions {
  /** For all steps together. */
  readonly deadlineMs: number;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly process: ProcessPort;
}

/** One step of the end; its signal aborts at the deadline. */
export type CloseStep = (signal: AbortSignal) => Promise<void> | void;

/** Ends a process in order. */
export interface Shutdown {
  /** Aborts when the process is asked to end. */
  readonly signal: AbortSignal;
  /** Adds a step; steps run one after the other, the last added first. */
  onClose(name: string, step: CloseStep): void;
  /** Asks for the end; the same as SIGTERM, but with the exit code to end with. */
  request(reason: string, exitCode?: number): void;
  /** Resolves with the exit code when all steps are done; 1 if the deadline passed or a step failed. */
  readonly done: Promise<number>;
}

/** Listens for SIGTERM and SIGINT; a second signal exits at once with code 1. */
export function createShutdown(options: ShutdownOptions): Shutdown {
  const { logger, clock, deadlineMs } = options;
  const asked = new AbortController();
  const steps: { readonly name: string; readonly step: CloseStep }[] = [];
  const { promise: done, resolve } = Promise.withResolvers<number>();

  const runStep = async (name: string, step: CloseStep, signal: AbortSignal): Promise<boolean> => {
    try {
      await step(signal);
      return true;
    } catch (error) {
      logger.error({ step: name, ...errorFields(error) }, "Closing failed");
      return false;
    }
  };
  const runSteps = async (signal: AbortSignal): Promise<boolean> => {
    let isFine = true;
    for (const { name, step } of steps.toReversed()) {
      if (signal.aborted) return false;
      isFine = (await runStep(name, step, signal)) && isFine;
    }
    return isFine;
  };
  const close = async (exitCode: number): Promise<void> => {
    const deadline = new AbortController();
    const late = new Promise<boolean>((resolveLate) => {
      const cancel = clock.after(deadlineMs, () => {
        logger.error({ deadlineMs }, "Closing took too long");
        deadline.abort(new Error("The shutdown deadline passed"));
        resolveLate(false);
      });
      void done.then(cancel);
    });
    const isFine = await Promise.race([runSteps(deadline.signal), late]);
    options.process.off("SIGTERM", onSigterm);
    options.process.off("SIGINT", onSigint);
    resolve(isFine ? exitCode : 1);
  };
  const request = (reason: string, exitCode = 0): void => {
    if (asked.signal.aborted) return;
    logger.info({ reason }, "Shutting down");
    asked.abort(new Error(`Shutting down: ${reason}`));
    void close(exitCode);
  };
  const onSignal = (name: string) => (): void => {
    if (asked.signal.aborted) options.process.exit(1);
    else request(name);
  };
  const onSigterm = onSignal("SIGTERM");
  const onSigint = onSignal("SIGINT");
  options.process.on("SIGTERM", onSigterm);
  options.process.on("SIGINT", onSigint);

  return {
    signal: asked.signal,
    onClose: (name, step) => {
      steps.push({ name, step });
    },
    request,
    done,
  };
}
