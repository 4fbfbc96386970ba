import { keyText } from "../format/key-text.ts";
import type { StoreRecord } from "../format/record.ts";
import { ALL_KEYS } from "../source/key-order.ts";
import type { KvCall, KvEntry, KvStore } from "../source/kv-store.ts";
import { OWN_PREFIX } from "../source/lineage.ts";
import { createWriter } from "./apply.ts";
import { type PutChange, verdictOf } from "./change.ts";
import { type RestoreCall, restoreInPlace } from "./in-place.ts";
import type { Sides } from "./plan.ts";
import { type Proof, prove } from "./proof.ts";
import { RestoreError } from "./restore-error.ts";

/** Written before and removed after a load: the store holds a part of this snapshot and must not be used. */
const MARK: Uint8Array = Buffer.from(`${OWN_PREFIX}loading`);

/**
 * Fills a store that nobody uses yet (mode R2) and proves that it holds the snapshot.
 *
 * It may be killed anywhere and run again with the same snapshot. Rejects with `NotEmpty` for a store that holds
 * anything else.
 */
export async function restoreIntoEmpty(
  sides: Sides,
  snapshotId: string,
  call: RestoreCall = {},
): Promise<Proof> {
  const { live } = sides;
  const begun = await beginLoad(live, snapshotId, call);
  if (begun === "new") await load(sides, call);
  else await restoreInPlace({ ...sides, isSameLineage: false }, call);
  const proof = await prove(sides, call);
  const mark = await markOf(live, call);
  if (mark !== undefined) {
    const failure = [{ kind: "get", key: MARK }] as const;
    const compare = [{ key: MARK, modRevision: mark.modRevision }];
    await live.txn({ compare, success: [{ kind: "delete", key: MARK }], failure }, call);
  }
  return proof;
}

/** Whether a load of a snapshot into this store began and did not end. */
export async function isHalfLoaded(store: KvStore, call: KvCall = {}): Promise<boolean> {
  return (await markOf(store, call)) !== undefined;
}

async function beginLoad(
  live: KvStore,
  snapshotId: string,
  call: KvCall,
): Promise<"new" | "begun"> {
  const mark = await markOf(live, call);
  if (mark !== undefined) {
    const before = Buffer.from(mark.value).toString("utf8");
    if (before === snapshotId) return "begun";
    throw new RestoreError("NotEmpty", `the store holds a part of snapshot ${before}`);
  }
  const request = { ...ALL_KEYS, limit: 3, revision: 0, keysOnly: true };
  const { entries } = await live.range(request, call);
  const foreign = entries.map(({ key }) => keyText(key)).find((key) => !ofEmptyStore(key));
  if (foreign !== undefined) {
    throw new RestoreError("NotEmpty", `the store is not empty: it holds ${foreign}`);
  }
  const { succeeded } = await live.txn(
    {
      compare: [{ key: MARK, modRevision: 0 }],
      success: [{ kind: "put", key: MARK, value: Buffer.from(snapshotId) }],
    },
    call,
  );
  if (succeeded) return "new";
  throw new RestoreError("NotEmpty", "somebody else has just begun to fill the store");
}

/** kine writes one key when it starts, and whoever asks for the lineage begins one. */
function ofEmptyStore(key: string): boolean {
  return key === "/registry/health" || key.startsWith(OWN_PREFIX);
}

async function markOf(store: KvStore, call: KvCall): Promise<KvEntry | undefined> {
  const [mark] = await store.fetch([MARK], 0, call);
  return mark;
}

async function load(sides: Sides, call: RestoreCall): Promise<void> {
  const lost = await createWriter(sides.live, call).write(puts(sides, call));
  if (lost > 0) {
    throw new RestoreError("Contended", `${lost} keys were written by somebody else meanwhile`);
  }
}

async function* puts({ records, rules }: Sides, call: RestoreCall): AsyncGenerator<PutChange> {
  for await (const wanted of records(ALL_KEYS)) {
    const put = putOf(wanted, rules);
    if (put === undefined) continue;
    yield put;
    call.onWritten?.(1);
  }
}

function putOf(wanted: StoreRecord, rules: Sides["rules"]): PutChange | undefined {
  if (!rules.covers(keyText(wanted.key))) return undefined;
  const verdict = verdictOf({ wanted }, rules);
  return verdict?.kind === "put" ? verdict : undefined;
}
