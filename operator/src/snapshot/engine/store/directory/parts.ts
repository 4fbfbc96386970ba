/** Parts of a write, and what became of their source. */
export interface WatchedParts extends AsyncIterable<Uint8Array> {
  /** Whether the source itself failed, and so the store did not. */
  readonly failed: () => boolean;
}

/** Passes the parts on and remembers whether their source threw, so that its error is not taken for the store's. */
export function watchParts(source: AsyncIterable<Uint8Array>): WatchedParts {
  let failed = false;
  return {
    failed: () => failed,
    async *[Symbol.asyncIterator]() {
      try {
        yield* source;
      } catch (error) {
        failed = true;
        throw error;
      }
    },
  };
}
