import { messageOf } from "../../e2e/testbed/failure.ts";
import { withLock } from "../../e2e/testbed/host/lock.ts";
import { createProgress, type Progress } from "../../e2e/testbed/progress.ts";
import { type Checkout, checkoutOf } from "./checkout.ts";

/** What a make verb works with. */
export interface VerbContext {
  readonly checkout: Checkout;
  readonly progress: Progress;
  /** Aborts at Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Runs one make verb of this checkout at a time; an error becomes its message and exit code 1. */
export async function runVerb(work: (context: VerbContext) => Promise<void>): Promise<void> {
  const progress = createProgress((line) => process.stdout.write(`${line}\n`));
  const checkout = checkoutOf(new URL("../..", import.meta.url).pathname.replace(/\/$/, ""));
  const interruption = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(name, () => {
      interruption.abort(new Error("Interrupted."));
    });
  }
  const { signal } = interruption;
  try {
    await withLock(checkout.lockFile, () => work({ checkout, progress, signal }), {
      signal,
      onWait: (pid) => {
        progress.say(`Waiting for process ${String(pid)}, which works on this checkout`);
      },
    });
  } catch (error) {
    const text = signal.aborted ? messageOf(signal.reason) : messageOf(error);
    process.stderr.write(`\n${text}\n`);
    process.exitCode = signal.aborted ? 130 : 1;
  }
}
