/** What both sides hold of one key: `wanted` of what is to be there, `live` of what is there. */
export type Pair<W, L> =
  | { readonly wanted: W; readonly live?: L }
  | { readonly wanted?: undefined; readonly live: L };

interface Keyed {
  readonly key: Uint8Array;
}

/** Pure. */
export function keyOf(pair: Pair<Keyed, Keyed>): Uint8Array {
  return (pair.wanted ?? pair.live).key;
}

/**
 * Brings together what two sides hold of each key, in key order. Pure but for reading both.
 *
 * @param wanted - in key order, no key twice
 * @param live - pages in key order, no key twice
 */
export async function* mergeSides<W extends Keyed, L extends Keyed>(
  wanted: AsyncIterable<W>,
  live: AsyncIterable<readonly L[]>,
): AsyncGenerator<Pair<W, L>> {
  const records = wanted[Symbol.asyncIterator]();
  try {
    let next = await records.next();
    for await (const page of live) {
      for (const entry of page) {
        while (next.done !== true && Buffer.compare(next.value.key, entry.key) < 0) {
          yield { wanted: next.value };
          next = await records.next();
        }
        if (next.done !== true && Buffer.compare(next.value.key, entry.key) === 0) {
          yield { wanted: next.value, live: entry };
          next = await records.next();
        } else {
          yield { live: entry };
        }
      }
    }
    for (; next.done !== true; next = await records.next()) yield { wanted: next.value };
  } finally {
    await records.return?.();
  }
}
