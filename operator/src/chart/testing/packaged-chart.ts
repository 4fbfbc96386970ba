import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "tar";

/** Packs a chart folder as `helm package` does. Files are given by their path inside the archive. */
export async function packChart(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const directory = await mkdtemp(join(tmpdir(), "chart-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(join(directory, path, ".."), { recursive: true });
      await writeFile(join(directory, path), text);
    }
    const file = join(directory, "chart.tgz");
    await create({ gzip: true, file, cwd: directory }, Object.keys(files));
    return await readFile(file);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The files of a small chart that calls itself vcluster. */
export function chartFiles(version: string): Readonly<Record<string, string>> {
  return {
    "vcluster/Chart.yaml": `name: vcluster\nversion: ${version}\nappVersion: ${version}-app\n`,
    "vcluster/values.yaml": "sync: on\nnested:\n  a: 1\n",
    "vcluster/values.schema.json": '{"type":"object"}',
    "vcluster/templates/x.yaml": "kind: ConfigMap\n",
  };
}
