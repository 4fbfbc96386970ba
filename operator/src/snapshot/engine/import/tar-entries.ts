import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { Parser, type ReadEntry } from "tar";
import { ImportError } from "./import-error.ts";

/** A regular file of an archive. */
export interface TarEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** etcd refuses requests of more than 1.5 MiB unless told otherwise; nobody stores values of this size. */
const LARGEST_ENTRY = 16 << 20;

/** Files of a gzipped tar, one after the other; memory holds one of them and a piece of the stream. */
export async function* tarEntries(archive: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const ready: TarEntry[] = [];
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry) => {
      collect(entry, ready, (error) => {
        parser.abort(error);
      });
    },
  });
  let failure: Error | undefined;
  parser.on("error", (error: Error) => {
    failure ??= error;
  });
  const check = (): void => {
    if (failure instanceof ImportError) throw failure;
    if (failure !== undefined) throw malformed(failure);
  };
  for await (const piece of unzipped(archive)) {
    parser.write(piece);
    check();
    yield* ready.splice(0);
  }
  parser.end();
  check();
  yield* ready.splice(0);
}

function collect(entry: ReadEntry, ready: TarEntry[], fail: (error: Error) => void): void {
  if (entry.size > LARGEST_ENTRY || entry.type !== "File") {
    fail(new ImportError("Malformed", `entry ${entry.path} is no key and value`));
    return;
  }
  const parts: Uint8Array[] = [];
  entry.on("data", (part: Buffer) => parts.push(part));
  entry.on("end", () => ready.push({ name: entry.path, bytes: Buffer.concat(parts) }));
}

async function* unzipped(archive: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const source = Readable.from(archive, { objectMode: false });
  const gunzip = createGunzip();
  // Whoever reads the gunzip is told of the source's failure by it.
  source.on("error", (error) => gunzip.destroy(error));
  try {
    for await (const piece of source.pipe(gunzip)) yield piece as Buffer;
  } catch (error) {
    throw isZlib(error) ? malformed(error) : error;
  } finally {
    source.destroy();
  }
}

function isZlib(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code?.startsWith("Z_") === true;
}

function malformed(cause: unknown): ImportError {
  return new ImportError("Malformed", "the archive is damaged, or no gzipped tar", { cause });
}
