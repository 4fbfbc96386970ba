import { join } from "node:path";
import { messageOf } from "../failure.ts";
import { withLock } from "../host/lock.ts";
import { isAlive } from "../host/process.ts";
import type { Progress } from "../progress.ts";
import { readLedger, testbedNames } from "./ledger.ts";
import { undoTestbed } from "./undo.ts";

/** Held while testbeds are created or removed, never while components start. */
export function registryLock(testbedsRoot: string): string {
  return join(testbedsRoot, ".lock");
}

/** Removes testbeds whose owner died without removing them. */
export async function removeStale(testbedsRoot: string, progress: Progress): Promise<void> {
  await withLock(registryLock(testbedsRoot), async () => {
    for (const name of testbedNames(testbedsRoot)) {
      const directory = join(testbedsRoot, name);
      if (!(await isStale(directory))) continue;
      try {
        await progress.step(`Removing testbed ${name}, whose owner is gone`, () =>
          undoTestbed(directory),
        );
      } catch (error) {
        // Somebody else's leftover must not stop this start; it is named and tried again next time.
        progress.say(`Testbed ${name}: ${messageOf(error)}`);
      }
    }
  });
}

/** A directory without a ledger is the remainder of an interrupted removal. */
async function isStale(directory: string): Promise<boolean> {
  const content = readLedger(directory);
  if (content === undefined) return true;
  const kept = content.entries.some((entry) => entry.kind === "kept");
  return !kept && !(await isAlive(content.head.owner));
}
