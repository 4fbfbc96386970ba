import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { locateFaketime } from "../../testbed/foreign/faketime.ts";
import { stderrProgress } from "../../testbed/progress.ts";

/** A wall clock that jumps, for processes that are started with its environment. */
export interface JumpingClock {
  readonly env: Readonly<Record<string, string>>;
  /** From now on it is so many seconds ahead of the machine's own; negative: behind. */
  set(aheadSeconds: number): void;
  remove(): void;
}

/** Creates a clock that is right. The monotonic clock of its processes is always the machine's, as in real life. */
export async function createJumpingClock(): Promise<JumpingClock> {
  const library = await locateFaketime(stderrProgress());
  const directory = mkdtempSync(join(tmpdir(), "open-vcluster-clock-"));
  const file = join(directory, "offset");
  const set = (aheadSeconds: number): void => {
    const next = `${file}.next`;
    writeFileSync(next, `${aheadSeconds < 0 ? "" : "+"}${String(aheadSeconds)}\n`);
    // It is read at any moment, and half a file would be another time.
    renameSync(next, file);
  };
  set(0);
  return {
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      NO_FAKE_STAT: "1",
    },
    set,
    remove: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
