import { promisify } from "node:util";
import { brotliCompress, brotliDecompress, constants, gunzip, zstdDecompress } from "node:zlib";
import { MalformedError } from "./byte-reader.ts";

/** How the bytes of an object are compressed; its place in the list is its number in the bytes. */
const CODECS = ["none", "br1", "gzip1", "zstd3"] as const;
type Codec = (typeof CODECS)[number];

/** Nothing in a repository is larger; what claims to be is hostile. */
const MOST_BYTES = 64 << 20;
/** Of Node's buffers for output. With its 16 KiB the second core is lost to waiting. */
const LEAST_BUFFER = 64 << 10;
const MOST_BUFFER = 1 << 20;
/** What clusters hold shrinks to a quarter; a little more for one buffer to be enough. */
const MOST_SHRINKING = 6;

const compressBrotli = promisify(brotliCompress);
const DECOMPRESS = {
  br1: promisify(brotliDecompress),
  gzip1: promisify(gunzip),
  zstd3: promisify(zstdDecompress),
};

export interface Compressed {
  /** Number of the codec. */
  readonly codec: number;
  readonly bytes: Uint8Array;
}

/** Compresses, unless that would make it larger. */
export async function compress(plaintext: Uint8Array): Promise<Compressed> {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 1,
    [constants.BROTLI_PARAM_SIZE_HINT]: plaintext.length,
  };
  // What clusters hold shrinks to a quarter.
  const chunkSize = Math.max(LEAST_BUFFER, plaintext.length >> 1);
  const bytes = await compressBrotli(plaintext, { chunkSize, params });
  return bytes.length < plaintext.length
    ? { codec: CODECS.indexOf("br1"), bytes }
    : { codec: CODECS.indexOf("none"), bytes: plaintext };
}

/** Rejects with MalformedError. */
export async function decompress({ codec, bytes }: Compressed): Promise<Uint8Array> {
  const name: Codec | undefined = CODECS[codec];
  if (name === undefined) throw new MalformedError(`is compressed in an unknown way (${codec})`);
  if (name === "none") return bytes;
  try {
    const chunkSize = Math.min(MOST_BUFFER, Math.max(LEAST_BUFFER, bytes.length * MOST_SHRINKING));
    return await DECOMPRESS[name](bytes, { chunkSize, maxOutputLength: MOST_BYTES });
  } catch (cause) {
    throw new MalformedError(`cannot be decompressed (${name})`, { cause });
  }
}
