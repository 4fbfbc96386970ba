import type { KeyRange, KvCall } from "../source/kv-store.ts";
import { createWriter } from "./apply.ts";
import type { Change, DeleteChange } from "./change.ts";
import { plan, type Sides } from "./plan.ts";
import { writeStages } from "./stages.ts";
import { createTally, type RestoreTally, type TallyCounter } from "./tally.ts";

export interface PassResult {
  readonly tally: RestoreTally;
  /** Changes that came to nothing, for somebody else wrote to their keys. */
  readonly lost: number;
}

/** More deletions than this are not kept back until everything is written: their keys would fill the memory. */
const MOST_HELD = 100_000;

/**
 * Makes the live store what the snapshot holds: writes stage by stage, then deletes in the reverse order.
 *
 * @param onWritten - told the number of keys that were given to the store since the last time
 */
export async function runPass(
  sides: Sides,
  call: KvCall & { readonly onWritten?: (keys: number) => void },
): Promise<PassResult> {
  const revision = await sides.live.revision(call);
  const writer = createWriter(sides.live, call);
  const tally = createTally();
  const held: DeleteChange[][] = [];
  let room = MOST_HELD;
  let lost = 0;
  const told = (changes: AsyncIterable<Change> | Iterable<Change>): AsyncIterable<Change> =>
    tell(changes, call.onWritten);

  for (const ranges of writeStages()) {
    const deletes: DeleteChange[] = [];
    held.unshift(deletes);
    const changes = changesOf(sides, ranges, { revision, tally, call });
    const now = withoutHeld(changes, (change) => {
      if (room === 0) return false;
      room -= 1;
      // A view would keep the whole answer of the store that it came in.
      deletes.push({ ...change, key: new Uint8Array(change.key) });
      return true;
    });
    lost += await writer.write(told(now));
  }
  for (const deletes of held) lost += await writer.write(told(deletes));
  return { tally: tally.result(), lost };
}

async function* changesOf(
  sides: Sides,
  ranges: readonly KeyRange[],
  pass: { readonly revision: number; readonly tally: TallyCounter; readonly call: KvCall },
): AsyncGenerator<Change> {
  for (const range of ranges) {
    for await (const verdict of plan(sides, range, pass.revision, pass.call)) {
      pass.tally.add(verdict);
      if (verdict.kind !== "same") yield verdict;
    }
  }
}

async function* withoutHeld(
  changes: AsyncIterable<Change>,
  hold: (change: DeleteChange) => boolean,
): AsyncGenerator<Change> {
  for await (const change of changes) {
    if (change.kind === "delete" && hold(change)) continue;
    yield change;
  }
}

/** Tells of each change that is taken to be written. */
export async function* tell<C extends Change>(
  changes: AsyncIterable<C> | Iterable<C>,
  onWritten: (keys: number) => void = () => undefined,
): AsyncGenerator<C> {
  for await (const change of changes) {
    yield change;
    onWritten(1);
  }
}
