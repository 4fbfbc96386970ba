import { keyText } from "../format/key-text.ts";
import type { StoreRecord } from "../format/record.ts";
import { ALL_KEYS } from "../source/key-order.ts";
import type { KvCall, KvStore } from "../source/kv-store.ts";
import { OWN_PREFIX } from "../source/lineage.ts";
import { scan } from "../source/scan.ts";
import { createWriter } from "./apply.ts";
import { type Change, type DeleteChange, type PutChange, verdictOf } from "./change.ts";
import type { RestoreCall } from "./in-place.ts";
import type { Sides } from "./plan.ts";
import { type Proof, prove } from "./proof.ts";
import { RestoreError } from "./restore-error.ts";
import { tell } from "./restore-pass.ts";
import { forgetHistory, type RaiseCall, raiseRevision } from "./revision.ts";

export interface ReplaceCall extends RestoreCall, RaiseCall {
  /** Revision that the store has to be at before it is loaded; 0 for any. */
  readonly atLeast?: number;
}

/** kine probes it, and tells its revision by it. */
const HEALTH = "/registry/health";

/**
 * Empties a store that nobody uses, fills it with what the snapshot holds, and proves that (mode R2). Everything from before
 * is compacted: whoever goes on watching from there is told so (410), and reads everything again.
 *
 * It may be killed anywhere and run again, with any snapshot. Rejects with `Contended` when somebody else writes.
 */
export async function replaceAll(sides: Sides, call: ReplaceCall = {}): Promise<Proof> {
  const { live } = sides;
  await write(live, extras(live, call), call);
  // The load takes the room of what was removed.
  await forgetHistory(live, call);
  await raiseRevision(live, call.atLeast ?? 0, call);
  await write(live, tell(puts(sides), call.onWritten), call);
  const proof = await prove(sides, call);
  await forgetHistory(live, call);
  return proof;
}

async function write(live: KvStore, changes: AsyncIterable<Change>, call: KvCall): Promise<void> {
  const lost = await createWriter(live, call).write(changes);
  if (lost === 0) return;
  throw new RestoreError("Contended", `${lost} keys were written by somebody else meanwhile`);
}

async function* extras(live: KvStore, call: KvCall): AsyncGenerator<DeleteChange> {
  const revision = await live.revision(call);
  for await (const page of scan(live, { ...ALL_KEYS, revision, keysOnly: true }, call)) {
    for (const { key, modRevision } of page) {
      const text = keyText(key);
      if (text === HEALTH || text.startsWith(OWN_PREFIX)) continue;
      yield { kind: "delete", key, liveRevision: modRevision };
    }
  }
}

async function* puts({ records, rules }: Sides): AsyncGenerator<PutChange> {
  for await (const wanted of records(ALL_KEYS)) {
    const put = putOf(wanted, rules);
    if (put !== undefined) yield put;
  }
}

function putOf(wanted: StoreRecord, rules: Sides["rules"]): PutChange | undefined {
  if (!rules.covers(keyText(wanted.key))) return undefined;
  const verdict = verdictOf({ wanted }, rules);
  return verdict?.kind === "put" ? verdict : undefined;
}
