import { delimiter, join } from "node:path";
import { TestbedError } from "../failure.ts";
import { withLock } from "../host/lock.ts";
import { isExecutable } from "../host/tool.ts";
import type { Progress } from "../progress.ts";
import { buildGroup, fitsVersion } from "./build.ts";
import type { Cache } from "./cache.ts";
import { type BinaryName, groupsFor } from "./catalog.ts";
import { requireGo } from "./go.ts";

/** Absolute path of each program that was asked for. */
export type Binaries<N extends BinaryName> = Readonly<Record<N, string>>;

interface Deps {
  readonly cache: Cache;
  readonly progress: Progress;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}

/**
 * Finds programs: the directory in `OPEN_VCLUSTER_BIN`, the cache, `PATH` where the version fits;
 * what is missing is built into the cache. Two processes never build at once.
 */
export async function locateBinaries<N extends BinaryName>(
  names: readonly N[],
  deps: Deps,
): Promise<Binaries<N>> {
  const found = new Map<BinaryName, string>();
  for (const name of names) {
    const path = await findBinary(name, deps);
    if (path !== undefined) found.set(name, path);
  }
  const missing = names.filter((name) => !found.has(name));
  if (missing.length > 0) {
    await buildMissing(missing, deps);
    for (const name of missing) found.set(name, join(deps.cache.bin, name));
  }
  return Object.fromEntries(found) as Binaries<N>;
}

async function buildMissing(missing: readonly BinaryName[], deps: Deps): Promise<void> {
  await requireGo(import.meta.dirname);
  await withLock(
    join(deps.cache.locks, "build"),
    async () => {
      const open = missing.filter((name) => !isExecutable(join(deps.cache.bin, name)));
      const groups = groupsFor(open);
      if (groups.length > 0) {
        deps.progress.say(
          `To build: ${open.join(", ")} (once for this version; about 20 minutes for everything on two cores)`,
        );
      }
      for (const group of groups) {
        await buildGroup(
          group,
          open.filter((name) => group.packages[name] !== undefined),
          deps,
        );
      }
    },
    {
      onWait: (pid) => {
        deps.progress.say(`Waiting for process ${pid}, which is building the same programs`);
      },
      ...(deps.signal === undefined ? {} : { signal: deps.signal }),
    },
  );
}

async function findBinary(name: BinaryName, deps: Deps): Promise<string | undefined> {
  const explicit = deps.env["OPEN_VCLUSTER_BIN"];
  if (explicit !== undefined && explicit !== "") {
    const path = join(explicit, name);
    if (isExecutable(path)) {
      if (await fitsVersion(name, path)) return path;
      throw new TestbedError(
        "WrongVersion",
        `${path} (from OPEN_VCLUSTER_BIN) does not report the wanted version. Replace or remove it.`,
      );
    }
  }
  const cached = join(deps.cache.bin, name);
  if (isExecutable(cached)) return cached;
  for (const directory of (deps.env["PATH"] ?? "").split(delimiter).filter(Boolean)) {
    const path = join(directory, name);
    if (isExecutable(path) && (await fitsVersion(name, path))) return path;
  }
  return undefined;
}
