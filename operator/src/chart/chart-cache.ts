import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { valid } from "semver";
import { readChart } from "./archive.ts";
import { chartCorrupt, chartUnknown } from "./chart-failure.ts";
import { CHART_NAME, type ChartFetcher } from "./chart-fetcher.ts";
import type { ChartArchive, ChartSource } from "./chart-source.ts";

/**
 * Puts a cache in front of a source: in memory, and on disk under the archive's digest. A published version never
 * changes, so what is on disk is used without asking the source; it is verified each time that it is read.
 *
 * @param directory - For this operator's user alone; made if absent.
 */
export function createCachedSource(fetcher: ChartFetcher, directory: string): ChartSource {
  const resolved = new Map<string, ChartArchive>();
  const running = new Map<string, Promise<ChartArchive>>();
  const load = async (version: string): Promise<ChartArchive> => {
    // Shared by all callers, so no single one may abort it; the source has a time limit of its own.
    const signal = new AbortController().signal;
    const kept = await readKept(fetcher, directory, version);
    const archive = kept ?? (await keep(fetcher, directory, { version, signal }));
    resolved.set(version, archive);
    return archive;
  };
  return {
    resolve: async (version, signal) => {
      signal.throwIfAborted();
      // A version becomes part of paths and addresses; semver alone would let spaces and a leading v pass.
      if (valid(version) === null || !/^\d[0-9A-Za-z.+-]*$/.test(version))
        throw chartUnknown(version, []);
      const known = resolved.get(version);
      if (known !== undefined) return known;
      const flight = running.get(version) ?? load(version).finally(() => running.delete(version));
      running.set(version, flight);
      return raced(flight, signal);
    },
  };
}

/** The value of `promise`, or the signal's reason if that comes first. */
async function raced<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => {
    aborted.reject(signal.reason as Error);
  };
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

async function keep(
  fetcher: ChartFetcher,
  directory: string,
  wanted: { readonly version: string; readonly signal: AbortSignal },
): Promise<ChartArchive> {
  const { bytes, promisedDigest } = await fetcher.fetch(wanted.version, wanted.signal);
  const digest = digestOf(bytes);
  if (promisedDigest !== undefined && promisedDigest !== digest) {
    throw chartCorrupt(`its digest is ${digest}, but ${promisedDigest} was promised`);
  }
  const content = await readChart(bytes, wanted.version);
  const path = archivePath(directory, digest, wanted.version);
  await writeWhole(path, bytes);
  const note = notePath(fetcher, directory, wanted.version);
  if (note !== undefined) await writeWhole(note, digest);
  return { path, digest, ...content };
}

async function readKept(
  fetcher: ChartFetcher,
  directory: string,
  version: string,
): Promise<ChartArchive | undefined> {
  const note = notePath(fetcher, directory, version);
  if (note === undefined) return undefined;
  const digest = (await readIfThere(note))?.toString("utf8") ?? "";
  if (!/^[0-9a-f]{64}$/.test(digest)) return undefined;
  const path = archivePath(directory, digest, version);
  const bytes = await readIfThere(path);
  if (bytes === undefined || digestOf(bytes) !== digest) return undefined;
  return { path, digest, ...(await readChart(bytes, version)) };
}

/** Remembers which digest a source gave for a version. Hashed, because neither is a safe file name. */
function notePath(fetcher: ChartFetcher, directory: string, version: string): string | undefined {
  if (fetcher.cacheKey === undefined) return undefined;
  const name = digestOf(Buffer.from(JSON.stringify([fetcher.cacheKey, version])));
  return join(directory, "sources", name);
}

function archivePath(directory: string, digest: string, version: string): string {
  return join(directory, "archives", digest, `${CHART_NAME}-${version}.tgz`);
}

function digestOf(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch {
    return undefined;
  }
}

/** A reader sees the whole file or none, also when this process is killed. */
async function writeWhole(path: string, content: Buffer | string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const unfinished = `${path}.${randomUUID()}`;
  await writeFile(unfinished, content, { mode: 0o600 });
  await rename(unfinished, path);
}
