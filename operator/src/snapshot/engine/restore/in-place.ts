import { setTimeout as delay } from "node:timers/promises";
import { ALL_KEYS } from "../source/key-order.ts";
import { KvError } from "../source/kv-error.ts";
import type { KvCall } from "../source/kv-store.ts";
import { plan, type Sides } from "./plan.ts";
import { RestoreError } from "./restore-error.ts";
import { type PassResult, runPass } from "./restore-pass.ts";
import { createTally, type RestoreTally } from "./tally.ts";

export interface RestoreCall extends KvCall {
  /** Told the number of keys that were written since the last time. */
  readonly onWritten?: (keys: number) => void;
}

const MOST_PASSES = 8;
const PAUSE_MS = 500;

/** What {@link restoreInPlace} would do now. Writes nothing. */
export async function planInPlace(sides: Sides, call: KvCall = {}): Promise<RestoreTally> {
  const tally = createTally();
  const revision = await sides.live.revision(call);
  for await (const verdict of plan(sides, ALL_KEYS, revision, call)) tally.add(verdict);
  return tally.result();
}

/**
 * Turns a store that is in use into what the snapshot holds (mode R1), by its differences alone: watchers get exactly the
 * changes, and revisions only grow.
 *
 * It may be killed anywhere and run again. It is repeated until nothing differs, also after the store was not reachable
 * for a moment; rejects with `Contended` when others keep writing what the snapshot holds otherwise.
 *
 * @returns what the first pass did that went through
 */
export async function restoreInPlace(sides: Sides, call: RestoreCall = {}): Promise<RestoreTally> {
  let done: RestoreTally | undefined;
  for (let pass = 1; pass <= MOST_PASSES; pass += 1) {
    const { tally, lost } = await tryPass(sides, call, pass);
    done ??= tally;
    if (tally?.changes === 0 && lost === 0) return done ?? tally;
  }
  throw new RestoreError(
    "Contended",
    `the store still differs from the snapshot after ${MOST_PASSES} passes: stop whoever else writes to it`,
  );
}

/** A store that is away in the middle of a pass has taken a part of it; the next pass does the rest. */
async function tryPass(
  sides: Sides,
  call: RestoreCall,
  pass: number,
): Promise<Partial<PassResult>> {
  try {
    return await runPass(sides, call);
  } catch (error) {
    const isPassing =
      error instanceof KvError && (error.code === "Unavailable" || error.code === "Compacted");
    if (!isPassing || pass === MOST_PASSES) throw error;
    await delay(PAUSE_MS * pass, undefined, call);
    return {};
  }
}
