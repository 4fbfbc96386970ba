import { createHash } from "node:crypto";
import { closeSync, openSync, readSync, statSync, writeSync } from "node:fs";
import { Header } from "tar";

/** One file of an image. */
export type LayerEntry =
  | { readonly kind: "file"; readonly path: string; readonly mode: number; readonly source: string }
  | { readonly kind: "text"; readonly path: string; readonly mode: number; readonly text: string }
  | { readonly kind: "directory"; readonly path: string; readonly mode: number }
  | { readonly kind: "symlink"; readonly path: string; readonly target: string }
  | { readonly kind: "hardlink"; readonly path: string; readonly target: string };

/** What a written tar file is known by. */
export interface Written {
  readonly sha256: string;
  readonly size: number;
}

const BLOCK = 512;
const CHUNK = 1 << 20;

/**
 * Writes a tar file. The same entries with the same contents give the same bytes: sorted by path,
 * owned by root, without times. Missing parent directories are added with mode 0755.
 */
export function writeLayer(path: string, entries: readonly LayerEntry[]): Written {
  const sink = createSink(path);
  try {
    for (const entry of withParents(entries)) writeEntry(sink, entry);
    sink.write(Buffer.alloc(2 * BLOCK));
    return sink.finish();
  } finally {
    sink.close();
  }
}

interface Sink {
  write(data: Uint8Array): void;
  finish(): Written;
  close(): void;
}

function createSink(path: string): Sink {
  const file = openSync(path, "w", 0o644);
  const hash = createHash("sha256");
  let size = 0;
  return {
    write(data) {
      hash.update(data);
      size += data.length;
      for (let done = 0; done < data.length; ) done += writeSync(file, data, done);
    },
    finish: () => ({ sha256: hash.digest("hex"), size }),
    close: () => {
      closeSync(file);
    },
  };
}

/** The same entries with the directories that they lie in, in the order in which they can be written. Pure. */
export function withParents(entries: readonly LayerEntry[]): readonly LayerEntry[] {
  const byPath = new Map<string, LayerEntry>(entries.map((entry) => [entry.path, entry]));
  for (const { path } of entries) {
    const parts = path.split("/");
    for (let depth = 1; depth < parts.length; depth++) {
      const parent = parts.slice(0, depth).join("/");
      if (!byPath.has(parent)) byPath.set(parent, { kind: "directory", path: parent, mode: 0o755 });
    }
  }
  const order = (entry: LayerEntry): string =>
    // A hard link must follow the file that it names.
    `${entry.kind === "hardlink" ? "1" : "0"}${entry.path}`;
  return [...byPath.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

function writeEntry(sink: Sink, entry: LayerEntry): void {
  switch (entry.kind) {
    case "directory":
      sink.write(header(`${entry.path}/`, "Directory", { mode: entry.mode }));
      return;
    case "symlink":
      sink.write(header(entry.path, "SymbolicLink", { mode: 0o777, linkpath: entry.target }));
      return;
    case "hardlink":
      sink.write(header(entry.path, "Link", { mode: 0o755, linkpath: entry.target }));
      return;
    case "text": {
      const data = Buffer.from(entry.text);
      sink.write(header(entry.path, "File", { mode: entry.mode, size: data.length }));
      sink.write(data);
      sink.write(padding(data.length));
      return;
    }
    case "file":
      writeFile(sink, entry.path, entry.mode, entry.source);
  }
}

function writeFile(sink: Sink, path: string, mode: number, source: string): void {
  const { size } = statSync(source);
  sink.write(header(path, "File", { mode, size }));
  const file = openSync(source, "r");
  try {
    const chunk = Buffer.alloc(CHUNK);
    for (let done = 0; done < size; ) {
      const count = readSync(file, chunk, 0, Math.min(CHUNK, size - done), null);
      if (count === 0) throw new Error(`${source} became shorter while it was read`);
      sink.write(chunk.subarray(0, count));
      done += count;
    }
  } finally {
    closeSync(file);
  }
  sink.write(padding(size));
}

function header(
  path: string,
  type: "File" | "Directory" | "SymbolicLink" | "Link",
  more: { readonly mode: number; readonly size?: number; readonly linkpath?: string },
): Buffer {
  const block = Buffer.alloc(BLOCK);
  const made = new Header({ path, type, uid: 0, gid: 0, size: 0, mtime: new Date(0), ...more });
  if (made.encode(block)) throw new Error(`The path ${path} is too long for a plain tar header`);
  return block;
}

function padding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}
