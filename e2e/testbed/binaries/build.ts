import { mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { TestbedError } from "../failure.ts";
import { tryCommand } from "../host/command.ts";
import type { Progress } from "../progress.ts";
import { type Cache, GO_MODULES } from "./cache.ts";
import { type BinaryName, type BuildGroup, VERSION_CHECKS } from "./catalog.ts";
import { goBuild } from "./go-build.ts";

/**
 * Builds one group of programs with Go into the cache. Each file appears there by rename, so a
 * killed build leaves nothing half-made. `go build` uses all cores itself, so groups run in turn.
 * @throws TestbedError `BuildFailed` with what Go said.
 */
export async function buildGroup(
  group: BuildGroup,
  names: readonly BinaryName[],
  deps: { readonly cache: Cache; readonly progress: Progress; readonly signal?: AbortSignal },
): Promise<void> {
  mkdirSync(deps.cache.bin, { recursive: true });
  const draft = mkdtempSync(join(deps.cache.root, "build-"));
  try {
    await deps.progress.step(`Building ${names.join(", ")} with Go`, async () => {
      for (const name of names) await buildOne(group, name, draft, deps.signal);
    });
    for (const name of names) renameSync(join(draft, name), join(deps.cache.bin, name));
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

async function buildOne(
  group: BuildGroup,
  name: BinaryName,
  directory: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const output = join(directory, name);
  await goBuild({
    module: join(GO_MODULES, group.module),
    package: group.packages[name] ?? "",
    output,
    ldflags: group.ldflags,
    tags: group.tags,
    cgo: group.cgo,
    signal,
  });
  await checkVersion(name, output);
}

async function checkVersion(name: BinaryName, path: string): Promise<void> {
  if (await fitsVersion(name, path)) return;
  throw new TestbedError(
    "WrongVersion",
    `${name} was built but does not report the version in binaries/catalog.ts; a stamp or go.mod is out of step.`,
  );
}

/** Whether a program reports exactly the wanted version. */
export async function fitsVersion(name: BinaryName, path: string): Promise<boolean> {
  const check = VERSION_CHECKS[name];
  if (check === undefined) return false;
  try {
    const result = await tryCommand(path, check.args, { timeoutMs: 20_000 });
    return check.expected.test(`${result.stdout}\n${result.stderr}`.trim());
  } catch {
    return false;
  }
}
