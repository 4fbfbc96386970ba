/** Bytes that are not what they should be; whoever knows the object names it. */
export class MalformedError extends Error {
  override readonly name = "MalformedError";
}

/** Reads bytes of unknown origin from front to back: no length is believed before it is compared. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Bytes that are left. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new MalformedError("ends too early");
    this.#at += 1;
    return byte;
  }

  /** An unsigned number below 2^53 in its shortest form. */
  varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (value > Number.MAX_SAFE_INTEGER) throw new MalformedError("a number is too large");
      if (byte < 0x80) {
        if (byte === 0 && scale > 1) throw new MalformedError("a number is not in its short form");
        return value;
      }
      scale *= 0x80;
    }
  }

  /** A view, not a copy. */
  take(length: number): Uint8Array {
    if (length > this.left) throw new MalformedError("ends too early");
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}
