import { Parser, type ReadEntry } from "tar";
import { parse } from "yaml";
import { chartCorrupt } from "./chart-failure.ts";
import { CHART_NAME } from "./chart-fetcher.ts";

/** What is read of a packaged chart. */
export interface ChartContent {
  readonly version: string;
  readonly appVersion: string;
  readonly schema: Readonly<Record<string, unknown>>;
  readonly defaults: Readonly<Record<string, unknown>>;
}

/** A chart of 70 KB unpacks to some 600 KB; what exceeds this is an attack or a mistake. */
const MAX_UNPACKED_BYTES = 50 * 1024 * 1024;

const WANTED: readonly string[] = ["Chart.yaml", "values.yaml", "values.schema.json"].map(
  (file) => `${CHART_NAME}/${file}`,
);

/**
 * Reads the three files that describe a packaged chart. Nothing is written, so names in the archive cannot lead anywhere.
 *
 * @param version - What the chart must call itself.
 * @throws `Failure` of kind corrupt, reason `ChartCorrupt`.
 */
export async function readChart(bytes: Buffer, version: string): Promise<ChartContent> {
  const [chartText, valuesText, schemaText] = await readFiles(bytes);
  const chart = parsed("Chart.yaml", chartText, parse);
  if (chart["name"] !== CHART_NAME || chart["version"] !== version) {
    const found = `${String(chart["name"])} ${String(chart["version"])}`;
    throw chartCorrupt(`it calls itself ${found.slice(0, 100)}, not ${CHART_NAME} ${version}`);
  }
  return {
    version,
    appVersion: typeof chart["appVersion"] === "string" ? chart["appVersion"] : version,
    schema: parsed("values.schema.json", schemaText, JSON.parse),
    // Helm reads YAML 1.1, where an unquoted `on` is a boolean.
    defaults: parsed(
      "values.yaml",
      valuesText,
      (text) => parse(text, { version: "1.1" }) as unknown,
    ),
  };
}

async function readFiles(bytes: Buffer): Promise<readonly (string | undefined)[]> {
  const found = new Map<string, readonly Buffer[]>();
  let sizeBytes = 0;
  const onReadEntry = (entry: ReadEntry): void => {
    const chunks: Buffer[] = [];
    const isWanted = entry.type === "File" && WANTED.includes(entry.path) && !found.has(entry.path);
    if (isWanted) found.set(entry.path, chunks);
    entry.on("data", (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes > MAX_UNPACKED_BYTES) parser.abort(new Error("too large unpacked"));
      else if (isWanted) chunks.push(chunk);
    });
  };
  const parser = new Parser({ strict: true, onReadEntry });
  try {
    await new Promise<void>((resolve, reject) => {
      parser.on("end", resolve);
      parser.on("error", reject);
      parser.on("abort", reject);
      parser.end(bytes);
    });
  } catch (error) {
    throw chartCorrupt("the archive is damaged or too large", error);
  }
  return WANTED.map((path) => {
    const chunks = found.get(path);
    return chunks === undefined ? undefined : Buffer.concat(chunks).toString("utf8");
  });
}

function parsed(
  file: string,
  text: string | undefined,
  read: (text: string) => unknown,
): Readonly<Record<string, unknown>> {
  if (text === undefined) throw chartCorrupt(`it has no ${file}`);
  let value: unknown;
  try {
    value = read(text);
  } catch (error) {
    throw chartCorrupt(`its ${file} cannot be parsed`, error);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw chartCorrupt(`its ${file} is not a mapping`);
  }
  return value as Readonly<Record<string, unknown>>;
}
