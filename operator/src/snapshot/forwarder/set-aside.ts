import { rename } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";

/** SQLITE_CORRUPT and SQLITE_NOTADB; whatever else goes wrong says nothing about the file. */
const DAMAGED: readonly number[] = [11, 26];
/** SQLITE_CANTOPEN. */
const ABSENT = 14;
/** The rest of a code says more about the same. */
const PRIMARY = 0xff;

/**
 * Moves a database that SQLite cannot read to files beside it, whose names end in `.damaged`, so that a new one is made. One
 * that is whole, or is not there, is left alone.
 */
export async function setAsideDamaged(database: string): Promise<void> {
  if (!isDamaged(database)) return;
  // What was logged must never be applied to another database, so that goes first.
  for (const suffix of ["-wal", "-shm", ""]) {
    await moveIfThere(`${database}${suffix}`, `${database}${suffix}.damaged`);
  }
}

function isDamaged(file: string): boolean {
  try {
    // Writable, for a database with a log can be read in no other way; but not made.
    const database = new DatabaseSync(`file:${encodeURI(file)}?mode=rw`);
    try {
      const found = database.prepare("PRAGMA integrity_check(1)").get();
      return found?.["integrity_check"] !== "ok";
    } finally {
      database.close();
    }
  } catch (error) {
    const code = ((error as { readonly errcode?: number }).errcode ?? 0) & PRIMARY;
    if (DAMAGED.includes(code)) return true;
    if (code === ABSENT) return false;
    throw error;
  }
}

async function moveIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
