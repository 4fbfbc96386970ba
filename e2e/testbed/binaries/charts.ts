import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "../host/command.ts";
import { withLock } from "../host/lock.ts";
import type { Progress } from "../progress.ts";
import type { Cache } from "./cache.ts";
import { requireGo } from "./go.ts";

/** Chart versions that the tests render or install. */
const CHART_VERSIONS = ["0.33.1", "0.34.0", "0.35.2", "0.36.1"] as const;

/**
 * A folder with one packaged vcluster chart for each version, `vcluster-VERSION.tgz`. The chart is
 * the folder `chart/` of the Go module of the same version.
 * @returns the folder
 */
export async function prepareCharts(
  helm: string,
  deps: { readonly cache: Cache; readonly progress: Progress },
): Promise<string> {
  const { charts, locks } = deps.cache;
  const missing = (): string[] =>
    CHART_VERSIONS.filter((version) => !existsSync(join(charts, `vcluster-${version}.tgz`)));
  if (missing().length === 0) return charts;
  await requireGo(import.meta.dirname);
  await withLock(join(locks, "charts"), async () => {
    for (const version of missing()) {
      await deps.progress.step(`Packaging vcluster chart ${version}`, () =>
        packageChart(helm, version, charts),
      );
    }
  });
  return charts;
}

async function packageChart(helm: string, version: string, charts: string): Promise<void> {
  mkdirSync(charts, { recursive: true });
  const draft = mkdtempSync(join(charts, ".draft-"));
  try {
    const module = `github.com/loft-sh/vcluster@v${version}`;
    // Outside of any module, so that no go.mod of ours can choose another version.
    const answer = await runCommand("go", ["mod", "download", "-json", module], { cwd: tmpdir() });
    const { Dir } = JSON.parse(answer) as { readonly Dir: string };
    const stamp = ["--version", version, "--app-version", version];
    await runCommand(helm, ["package", join(Dir, "chart"), ...stamp, "--destination", draft]);
    const file = `vcluster-${version}.tgz`;
    renameSync(join(draft, file), join(charts, file));
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
