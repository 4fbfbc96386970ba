import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { join } from "node:path";
import { requireGo } from "../binaries/go.ts";
import { goBuild } from "../binaries/go-build.ts";
import { withLock } from "../host/lock.ts";
import type { Progress } from "../progress.ts";

/** Names of programs that tests ask for a second opinion; no cluster runs them. */
export const TOOL_NAMES = ["gitops-health", "promtool"] as const;

/** Name of a tool. */
export type ToolName = (typeof TOOL_NAMES)[number];

/** How a tool is built. */
interface Tool {
  /** Folder of its Go module, beside this file. */
  readonly module: string;
  readonly package: string;
  readonly tags?: string;
}

const TOOLS: Readonly<Record<ToolName, Tool>> = {
  /** What Argo CD and kstatus make of an object: our own program around their code. */
  "gitops-health": { module: "gitops", package: "." },
  /** Checks and tests Prometheus rules. It needs no service discovery, which is most of its code. */
  promtool: {
    module: "promtool",
    package: "github.com/prometheus/prometheus/cmd/promtool",
    tags: "remove_all_sd",
  },
};

/**
 * Path of a tool; it is built once for the sources of its module.
 *
 * @param cacheRoot - usually `~/.cache/open-vcluster`
 * @throws TestbedError `GoMissing`, `GoTooOld`, `BuildFailed`
 */
export async function locateTool(
  name: ToolName,
  cacheRoot: string,
  progress: Progress,
): Promise<string> {
  const tool = TOOLS[name];
  const module = join(import.meta.dirname, tool.module);
  const directory = join(cacheRoot, `${name}-${digestOf(module)}`);
  const path = join(directory, name);
  if (existsSync(path)) return path;
  await requireGo(import.meta.dirname);
  await withLock(`${directory}.lock`, async () => {
    if (existsSync(path)) return;
    mkdirSync(directory, { recursive: true });
    const draft = mkdtempSync(join(directory, "build-"));
    try {
      const output = join(draft, name);
      await progress.step(`Building ${name} with Go`, () =>
        goBuild({ module, package: tool.package, output, ldflags: "-s -w", tags: tool.tags }),
      );
      renameSync(output, path);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  });
  return path;
}

function digestOf(module: string): string {
  const hash = createHash("sha256").update(`${process.platform}-${process.arch}\n`);
  for (const file of readdirSync(module).sort()) {
    hash.update(`${file}\n`).update(readFileSync(join(module, file)));
  }
  return hash.digest("hex").slice(0, 16);
}
