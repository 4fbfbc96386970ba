import { type FileHandle, open, stat } from "node:fs/promises";
import type { Clock } from "@open-vcluster/runtime";
import type { AuditSink } from "./audit.ts";

/** Only the facade's user may read who did what. */
const MODE = 0o600;

/** How long lines may still go to a file that was moved away. */
const LOOK_AFTER_MS = 1_000;

/**
 * Appends to a file, which is created with mode 0600. A file that was moved away or removed, as log rotation does, is
 * created anew within a second.
 */
export function createFileSink(path: string, clock: Pick<Clock, "monotonicMs">): AuditSink {
  let opened: { readonly file: FileHandle; readonly inode: number } | undefined;
  let lookedMs = 0;
  const isInPlace = async (inode: number): Promise<boolean> => {
    const nowMs = clock.monotonicMs();
    if (nowMs - lookedMs < LOOK_AFTER_MS) return true;
    lookedMs = nowMs;
    return (await inodeOf(path)) === inode;
  };
  const current = async (): Promise<FileHandle> => {
    if (opened !== undefined && (await isInPlace(opened.inode))) return opened.file;
    await opened?.file.close();
    opened = undefined;
    const file = await open(path, "a", MODE);
    opened = { file, inode: (await file.stat()).ino };
    lookedMs = clock.monotonicMs();
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
