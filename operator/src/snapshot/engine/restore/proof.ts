import { keyText } from "../format/key-text.ts";
import { createRootHash, valueHashOf } from "../format/root-hash.ts";
import { ALL_KEYS } from "../source/key-order.ts";
import type { KvCall } from "../source/kv-store.ts";
import { scan } from "../source/scan.ts";
import { type Verdict, verdictOf } from "./change.ts";
import { keyOf, mergeSides } from "./merge-sides.ts";
import type { Sides } from "./plan.ts";
import { RestoreError } from "./restore-error.ts";

/** What was found by comparing every value. */
export interface Proof {
  /** Keys that the restore covers and both sides hold alike. */
  readonly keys: number;
  /** Of these keys as the live store holds them; that of the snapshot where all is covered and nothing edited. */
  readonly rootHash: string;
}

const NAMED = 10;
const NOTHING = new Uint8Array();

/**
 * Reads everything on both sides and compares it byte by byte, without any trust in revisions.
 *
 * Rejects with `NotEqual`, which names the first keys that differ.
 */
export async function prove(sides: Sides, call: KvCall = {}): Promise<Proof> {
  const differing: string[] = [];
  let differences = 0;
  let keys = 0;
  const root = createRootHash();
  for await (const { verdict, value } of verdicts(sides, call)) {
    const { kind, key } = verdict;
    if (kind === "same") {
      root.add(key, valueHashOf(value));
      keys += 1;
      continue;
    }
    differences += 1;
    if (differing.length < NAMED) differing.push(keyText(key));
  }
  if (differences === 0) return { keys, rootHash: root.digest() };
  throw new RestoreError(
    "NotEqual",
    `${differences} keys are not as the snapshot holds them, such as ${differing.join(", ")}`,
  );
}

async function* verdicts(
  { live, rules, records }: Sides,
  call: KvCall,
): AsyncGenerator<{ readonly verdict: Verdict; readonly value: Uint8Array }> {
  const entries = scan(live, { ...ALL_KEYS, revision: await live.revision(call) }, call);
  for await (const pair of mergeSides(records(ALL_KEYS), entries)) {
    if (!rules.covers(keyText(keyOf(pair)))) continue;
    const value = pair.live?.value;
    const verdict = verdictOf(pair, rules, value);
    if (verdict !== undefined) yield { verdict, value: value ?? NOTHING };
  }
}
