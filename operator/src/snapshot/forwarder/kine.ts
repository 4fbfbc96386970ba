import { spawn } from "node:child_process";
import type { ForwarderSettings } from "./settings.ts";

/**
 * As vcluster opens its database: another journal mode would change the files of the volume. It is not written anew at each
 * start, which takes the room of all of it once more.
 */
const PARAMETERS =
  "_journal=WAL&cache=shared&_busy_timeout=30000&_txlock=immediate&_kine_disable_startup_vacuum";
const END_WITHIN_MS = 10_000;

/** kine as a child process. */
export interface Kine {
  /** Resolves when it is gone, whoever ended it. */
  readonly gone: Promise<unknown>;
  /** Lets it close its database, and resolves when it is gone. */
  end(): Promise<void>;
}

/** Starts kine on a database; what it says goes to this process's own output. */
export function startKine({ kine, database, socket }: ForwarderSettings): Kine {
  const child = spawn(
    kine,
    [
      `--endpoint=sqlite://${database}?${PARAMETERS}`,
      `--listen-address=unix://${socket}`,
      "--metrics-bind-address=0",
      // A compaction leaves nothing to watch from, as one of etcd does; none happens by itself.
      "--compact-min-retain=0",
    ],
    { env: {}, stdio: ["ignore", "inherit", "inherit"] },
  );
  const { promise: gone, resolve } = Promise.withResolvers<unknown>();
  child.once("exit", resolve);
  child.once("error", (error) => {
    process.stderr.write(`${error.message}\n`);
    resolve(error);
  });
  return {
    gone,
    async end() {
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), END_WITHIN_MS);
      await gone;
      clearTimeout(late);
    },
  };
}
