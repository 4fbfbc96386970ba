import { homedir } from "node:os";
import { join } from "node:path";

/** Where the testbed keeps things; nothing here depends on the checkout. */
export interface Places {
  /** Binaries, charts and images, shared by all testbeds and kept by `down`. */
  readonly cacheRoot: string;
  /** One directory for each testbed: ledger, PKI, data, logs. */
  readonly testbedsRoot: string;
}

/** By the XDG base directory rules. */
export function placesOf(env: NodeJS.ProcessEnv): Places {
  const cache = env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const state = env["XDG_STATE_HOME"] ?? join(homedir(), ".local", "state");
  return {
    cacheRoot: join(cache, "open-vcluster"),
    testbedsRoot: join(state, "open-vcluster", "testbeds"),
  };
}
