import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const SOURCE = join(import.meta.dirname, "../../crds");

/** A file of a chart, by its path below `deploy/`. */
export interface ChartFile {
  readonly path: string;
  readonly text: string;
}

/**
 * The custom resources as files of their chart. Helm reads nothing outside a chart's folder, and installing from a
 * clone must need no step before, so they are copies.
 */
export function crdFiles(): readonly ChartFile[] {
  const names = readdirSync(SOURCE).filter((name) => name.endsWith(".yaml"));
  return names.sort().map((name) => ({
    path: `crds/files/${name}`,
    text: readFileSync(join(SOURCE, name), "utf8"),
  }));
}
