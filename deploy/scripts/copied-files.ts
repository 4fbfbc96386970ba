import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { GeneratedFile } from "./generated-file.ts";

const DEPLOY = join(import.meta.dirname, "..");
const CRDS = join(DEPLOY, "../crds");
const OBSERVABILITY = join(DEPLOY, "observability");

/**
 * Custom resources, dashboards and alerts as files of the charts. Helm reads nothing outside a chart's folder, and
 * installing from a clone must need no step before, so they are copies.
 */
export function copiedFiles(): readonly GeneratedFile[] {
  return [
    ...copies(CRDS, ".yaml", "crds/files"),
    ...copies(join(OBSERVABILITY, "dashboards"), ".json", "chart/files/dashboards"),
    copy(join(OBSERVABILITY, "rules", "alerts.yaml"), "chart/files/alerts.yaml"),
  ];
}

function copies(folder: string, ending: string, into: string): readonly GeneratedFile[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(ending));
  return names.sort().map((name) => copy(join(folder, name), `${into}/${name}`));
}

function copy(source: string, target: string): GeneratedFile {
  return { path: join(DEPLOY, target), text: readFileSync(source, "utf8") };
}
