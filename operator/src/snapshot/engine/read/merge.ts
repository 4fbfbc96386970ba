/** Sorted batches of one layer. */
export type Batches<T> = AsyncIterable<readonly T[]>;

interface Cursor<T> {
  readonly source: AsyncIterator<readonly T[]>;
  /** A higher layer's word counts. */
  readonly layer: number;
  batch: readonly T[];
  at: number;
}

/**
 * Merges sorted layers, lowest first, into one sequence in key order; of each key the highest layer's
 * entry is kept, tombstones included.
 */
export async function* mergeLayers<T extends { readonly key: Uint8Array }>(
  layers: readonly Batches<T>[],
): AsyncGenerator<readonly T[]> {
  const sources = layers.map((layer) => layer[Symbol.asyncIterator]());
  try {
    const heap = await heapOf(sources);
    let merged: T[] = [];
    let previous: Uint8Array | undefined;
    for (let top = heap[0]; top !== undefined; top = heap[0]) {
      const entry = entryOf(top);
      // The highest layer comes first among equal keys.
      if (previous === undefined || Buffer.compare(previous, entry.key) !== 0) merged.push(entry);
      previous = entry.key;
      top.at += 1;
      if (top.at === top.batch.length) {
        if (merged.length > 0) yield merged;
        merged = [];
        if (!(await refill(top))) removeTop(heap);
      }
      sink(heap, 0);
    }
    if (merged.length > 0) yield merged;
  } finally {
    for (const source of sources) await source.return?.();
  }
}

async function heapOf<T extends { readonly key: Uint8Array }>(
  sources: readonly AsyncIterator<readonly T[]>[],
): Promise<Cursor<T>[]> {
  const heap: Cursor<T>[] = [];
  for (const [layer, source] of sources.entries()) {
    const cursor: Cursor<T> = { source, layer, batch: [], at: 0 };
    if (await refill(cursor)) heap.push(cursor);
  }
  for (let at = heap.length - 1; at >= 0; at -= 1) sink(heap, at);
  return heap;
}

async function refill<T>(cursor: Cursor<T>): Promise<boolean> {
  do {
    const next = await cursor.source.next();
    if (next.done === true) return false;
    cursor.batch = next.value;
    cursor.at = 0;
  } while (cursor.batch.length === 0);
  return true;
}

function removeTop<T>(heap: Cursor<T>[]): void {
  const last = heap.pop();
  if (last !== undefined && heap.length > 0) heap[0] = last;
}

/** Restores the order of a binary heap below a place. */
function sink<T extends { readonly key: Uint8Array }>(heap: Cursor<T>[], from: number): void {
  let at = from;
  for (;;) {
    const left = 2 * at + 1;
    let least = at;
    for (const child of [left, left + 1]) {
      if (child < heap.length && isBefore(cursorAt(heap, child), cursorAt(heap, least))) {
        least = child;
      }
    }
    if (least === at) return;
    const moved = cursorAt(heap, at);
    heap[at] = cursorAt(heap, least);
    heap[least] = moved;
    at = least;
  }
}

function isBefore<T extends { readonly key: Uint8Array }>(a: Cursor<T>, b: Cursor<T>): boolean {
  const order = Buffer.compare(entryOf(a).key, entryOf(b).key);
  return order === 0 ? a.layer > b.layer : order < 0;
}

function cursorAt<T>(heap: readonly Cursor<T>[], at: number): Cursor<T> {
  const cursor = heap[at];
  if (cursor === undefined) throw new RangeError("No such place in the heap");
  return cursor;
}

function entryOf<T>({ batch, at }: Cursor<T>): T {
  const entry = batch[at];
  if (entry === undefined) throw new RangeError("A cursor stands behind its batch");
  return entry;
}
