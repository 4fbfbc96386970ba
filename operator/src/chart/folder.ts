import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { chartCorrupt, chartUnavailable, chartUnknown } from "./chart-failure.ts";
import { CHART_NAME, type ChartFetcher, MAX_ARCHIVE_BYTES } from "./chart-fetcher.ts";

/** A folder of packaged charts, named as `helm package` names them: for clusters without a network. */
export function createFolderFetcher(directory: string): ChartFetcher {
  return {
    fetch: async (version) => {
      const name = `${CHART_NAME}-${version}.tgz`;
      const names = await namesIn(directory);
      // Looked up in the listing, so that a version with path separators finds nothing.
      if (!names.includes(name)) throw chartUnknown(version, names.flatMap(versionOf));
      return { bytes: await readBounded(join(directory, name)) };
    },
  };
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    throw chartUnavailable(`the folder ${directory} cannot be read`, { cause: error });
  }
}

function versionOf(name: string): readonly string[] {
  const match = /^vcluster-(.+)\.tgz$/.exec(name);
  return match?.[1] === undefined ? [] : [match[1]];
}

async function readBounded(path: string): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    if (size > MAX_ARCHIVE_BYTES) throw chartCorrupt("it is larger than 20 MB");
    return await file.readFile();
  } finally {
    await file.close();
  }
}
