import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { Failure } from "@open-vcluster/runtime";
import { parseAllDocuments } from "yaml";
import {
  type CommandFiles,
  rollbackArgs,
  templateArgs,
  uninstallArgs,
  upgradeArgs,
} from "./args.ts";
import { runChild } from "./child.ts";
import { runEnvironment } from "./environment.ts";
import type { Helm, ReleaseTarget, RenderedObject, RenderRequest } from "./helm.ts";
import { failureOfEnd, type HelmEnd, revisionIn, warningsIn } from "./output.ts";
import type { ReleaseStore } from "./release-store.ts";
import { isPending, type ReleaseRevision } from "./releases.ts";
import { withRunDirectory, writeValues } from "./run-directory.ts";

/** What the adapter for the real program needs. */
export interface HelmDeps {
  /** Path of the helm program, version 3. */
  readonly program: string;
  /** A directory for this operator alone; each run gets a private one inside. */
  readonly workDirectory: string;
  /** A kubeconfig file; absent: Helm finds the cluster it runs in. */
  readonly kubeconfig?: string;
  /** What Helm may see of the environment; see {@link helmEnvironment}. */
  readonly environment: Readonly<Record<string, string>>;
  /** The longest that a run may take. */
  readonly deadlineMs: number;
  /** What a run gets between SIGTERM and SIGKILL. */
  readonly graceMs: number;
  readonly store: ReleaseStore;
  /** An identifier that no other run has; fit for a label. */
  readonly newAttempt: () => string;
  /**
   * The post-renderer's program and arguments. Absent: this package's own, with this Node.
   */
  readonly postRenderer?: CommandFiles["postRenderer"];
}

const OUTPUT_BYTES = 256 * 1024;
const MANIFEST_BYTES = 16 * 1024 * 1024;
const CLEAN_UP_MS = 10_000;

/** Helm by its program. */
export function createHelm(deps: HelmDeps): Helm {
  return {
    upgradeInstall: async (request, signal) => {
      const attempt = deps.newAttempt();
      const mine = (revision: ReleaseRevision): boolean => revision.attempt === attempt;
      const end = await rendered(deps, request, signal, {
        argsOf: (files) => upgradeArgs(request, files, attempt),
        afterFailure: () => removePending(deps, request.target, mine),
      });
      return { revision: revisionOrThrow(end), warnings: warningsIn(end.stderr) };
    },
    rollback: (target, revision, signal) => rollBack(deps, target, revision, signal),
    uninstall: async (target, signal) => {
      await withRunDirectory(deps.workDirectory, (directory) =>
        run(deps, { directory, args: uninstallArgs(target) }, signal),
      );
    },
    template: async (request, kubeVersion, signal) => {
      const end = await rendered(deps, request, signal, {
        argsOf: (files) => templateArgs(request, files, kubeVersion),
        afterFailure: () => Promise.resolve(),
      });
      return objectsIn(end.stdout);
    },
  };
}

async function rollBack(
  deps: HelmDeps,
  target: ReleaseTarget,
  revision: number,
  signal: AbortSignal,
): Promise<{ readonly revision: number; readonly warnings: readonly string[] }> {
  const before = newest(await deps.store.list(target, undefined, signal));
  const end = await withRunDirectory(deps.workDirectory, async (directory) => {
    const args = rollbackArgs(target, revision);
    return run(deps, { directory, args }, signal, {
      // The revision of a rollback carries no attempt of its own; only the run that was stopped may have left it pending.
      afterStop: () =>
        removePending(
          deps,
          target,
          (seen) => seen.revision > before && seen.status === "pending-rollback",
        ),
    });
  });
  const after = newest(await deps.store.list(target, undefined, signal));
  return { revision: after, warnings: warningsIn(end.stderr) };
}

function newest(revisions: readonly ReleaseRevision[]): number {
  return revisions.at(-1)?.revision ?? 0;
}

async function rendered(
  deps: HelmDeps,
  request: RenderRequest,
  signal: AbortSignal,
  command: {
    readonly argsOf: (files: CommandFiles) => readonly string[];
    readonly afterFailure: () => Promise<void>;
  },
): Promise<HelmEnd> {
  return withRunDirectory(deps.workDirectory, async (directory) => {
    const values = await writeValues(directory, request.values);
    const postRenderer = deps.postRenderer ?? ownPostRenderer();
    const args = command.argsOf({ values, postRenderer });
    return run(deps, { directory, args }, signal, command);
  });
}

async function run(
  deps: HelmDeps,
  command: { readonly directory: string; readonly args: readonly string[] },
  signal: AbortSignal,
  clean: {
    readonly afterFailure?: () => Promise<void>;
    readonly afterStop?: () => Promise<void>;
  } = {},
): Promise<HelmEnd> {
  const end = await start(deps, command, signal);
  const failure = failureOfEnd(end, deps.deadlineMs);
  if (failure === undefined) return end;
  const stopped = end.endedBy !== "itself" || end.exitCode === undefined;
  await clean.afterFailure?.();
  if (stopped) await clean.afterStop?.();
  throw failure;
}

async function start(
  deps: HelmDeps,
  command: { readonly directory: string; readonly args: readonly string[] },
  signal: AbortSignal,
): Promise<HelmEnd> {
  try {
    return await runChild(
      {
        program: deps.program,
        args: command.args,
        environment: runEnvironment(deps, command.directory),
        directory: command.directory,
        deadlineMs: deps.deadlineMs,
        graceMs: deps.graceMs,
        outputBytes: command.args[0] === "template" ? MANIFEST_BYTES : OUTPUT_BYTES,
      },
      signal,
    );
  } catch (error) {
    if (signal.aborted) throw error;
    const message = "The helm program cannot be started; check its path in the configuration.";
    throw new Failure("bug", "HelmMissing", message, { cause: error });
  }
}

/**
 * Removes what a run of ours left pending, now that its process is known to be dead. An API server that does not answer
 * leaves it to the repair after the deadline.
 */
async function removePending(
  deps: HelmDeps,
  target: ReleaseTarget,
  mine: (revision: ReleaseRevision) => boolean,
): Promise<void> {
  // The caller's signal may be what ended the run; cleaning up has a limit of its own.
  const signal = AbortSignal.timeout(CLEAN_UP_MS);
  try {
    const revisions = await deps.store.list(target, undefined, signal);
    for (const revision of revisions.filter((seen) => isPending(seen) && mine(seen))) {
      await deps.store.deletePending(target, revision, signal);
    }
  } catch {
    return;
  }
}

function revisionOrThrow(end: HelmEnd): number {
  const revision = revisionIn(end.stdout);
  if (revision === undefined) {
    throw new Failure("bug", "HelmFailed", "Helm succeeded without naming the revision.");
  }
  return revision;
}

function objectsIn(manifest: string): readonly RenderedObject[] {
  return parseAllDocuments(manifest, { version: "1.1" })
    .map((document) => document.toJS() as unknown)
    .filter((object): object is RenderedObject => typeof object === "object" && object !== null);
}

/** The entry beside this module: `.ts` when run from sources, `.js` when built. */
function ownPostRenderer(): CommandFiles["postRenderer"] {
  const entry = new URL(`./post-render-main${extname(import.meta.url)}`, import.meta.url);
  return [process.execPath, fileURLToPath(entry)];
}
