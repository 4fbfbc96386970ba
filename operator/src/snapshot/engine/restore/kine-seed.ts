import { DatabaseSync } from "node:sqlite";
import { RestoreError } from "./restore-error.ts";

/** What kine itself writes when it starts on an empty database: where it has compacted to, and a key to probe. */
const COMPACTION = "compact_rev_key";
const HEALTH = "/registry/health";

/**
 * Lets the store in a SQLite database of kine stand at a revision, with everything up to it compacted.
 *
 * kine must have been started once on the database, so that its tables are there, and must not run. Rejects with
 * `NotEmpty` if anybody else has written to it.
 *
 * @param revision - by `bumpedRevision`
 */
export function seedKine(file: string, revision: number): void {
  const database = new DatabaseSync(file);
  try {
    database.exec("BEGIN IMMEDIATE");
    const foreign = database
      .prepare("SELECT name FROM kine WHERE name NOT IN (?, ?) LIMIT 1")
      .get(COMPACTION, HEALTH);
    if (foreign !== undefined) {
      throw new RestoreError(
        "NotEmpty",
        `${file} is not empty: it holds ${String(foreign["name"])}`,
      );
    }
    // kine's revision is its highest row. A sequence that is merely ahead of it would be a gap, which kine fills row by row.
    database.prepare("UPDATE kine SET id = ? WHERE name = ?").run(revision, HEALTH);
    database.prepare("UPDATE kine SET prev_revision = ? WHERE name = ?").run(revision, COMPACTION);
    database.prepare("UPDATE sqlite_sequence SET seq = ? WHERE name = 'kine'").run(revision);
    database.exec("COMMIT");
  } finally {
    // Whatever is not committed is undone.
    database.close();
  }
}
