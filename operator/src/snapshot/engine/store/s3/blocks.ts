/** Cuts parts anew into blocks of a size; only the last one may be shorter, and none is empty. */
export async function* blocksOf(
  parts: AsyncIterable<Uint8Array>,
  blockBytes: number,
): AsyncGenerator<Buffer> {
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of parts) {
    let rest = part;
    while (bytes + rest.byteLength >= blockBytes) {
      const taken = blockBytes - bytes;
      yield Buffer.concat([...waiting, rest.subarray(0, taken)], blockBytes);
      waiting = [];
      bytes = 0;
      rest = rest.subarray(taken);
    }
    // A copy: its source may use the buffer again.
    if (rest.byteLength > 0) waiting.push(Uint8Array.from(rest));
    bytes += rest.byteLength;
  }
  if (bytes > 0) yield Buffer.concat(waiting, bytes);
}
