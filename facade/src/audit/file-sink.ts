import { type FileHandle, open, stat } from "node:fs/promises";
import type { AuditSink } from "./audit.ts";

/** Only the facade's user may read who did what. */
const MODE = 0o600;

/**
 * Appends to a file, which is created with mode 0600. A file that was moved away or removed, as log rotation does, is
 * created anew.
 */
export function createFileSink(path: string): AuditSink {
  let opened: { readonly file: FileHandle; readonly inode: number } | undefined;
  const current = async (): Promise<FileHandle> => {
    const inode = await inodeOf(path);
    if (opened !== undefined && opened.inode === inode) return opened.file;
    await opened?.file.close();
    opened = undefined;
    const file = await open(path, "a", MODE);
    opened = { file, inode: (await file.stat()).ino };
    return file;
  };
  return {
    write: async (lines) => {
      const file = await current();
      await file.appendFile(lines);
    },
    close: async () => {
      await opened?.file.close();
      opened = undefined;
    },
  };
}

async function inodeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).ino;
  } catch {
    return undefined;
  }
}
