import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parseObjectText } from "./object-text.ts";
import { DOCUMENTS, REFUSED } from "./testing/yaml-texts.ts";
import { stableJson } from "./tree.ts";

/** Prints what Helm reads from each file, one line of JSON each, in the order of their names. */
const TEMPLATE =
  '{{ range $_, $text := .Files.Glob "texts/*" }}{{ toJson (fromYaml (toString $text)) }}\n{{ end }}';
const SEED = fc.sample(fc.integer(), 1)[0] ?? 0;
const run = promisify(execFile);
let chart: string;

beforeAll(async () => {
  chart = await mkdtemp(join(tmpdir(), "values-"));
  await mkdir(join(chart, "templates"));
  await writeFile(join(chart, "Chart.yaml"), "apiVersion: v2\nname: texts\nversion: 0.1.0\n");
  await writeFile(join(chart, "templates", "read.txt"), TEMPLATE);
});

afterAll(async () => {
  await rm(chart, { recursive: true });
});

/** What Helm reads from texts; an object with the one key Error where it refuses. */
async function readByHelm(texts: readonly string[]): Promise<readonly unknown[]> {
  const folder = join(chart, "texts");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  for (const [index, text] of texts.entries()) {
    await writeFile(join(folder, String(index).padStart(6, "0")), text);
  }
  const { stdout } = await run(process.env["TESTBED_HELM"] ?? "helm", ["template", "x", chart], {
    maxBuffer: 64 * 1024 * 1024,
  });
  const lines = stdout.split("\n").filter((line) => line.startsWith("{"));
  return lines.map((line): unknown => JSON.parse(line));
}

describe("parseObjectText", () => {
  it("reads what Helm reads", async () => {
    const byHelm = await readByHelm(DOCUMENTS);
    expect(byHelm).toHaveLength(DOCUMENTS.length);
    for (const [index, text] of DOCUMENTS.entries()) {
      const read = parseObjectText(text);
      expect([text, read.kind === "object" ? stableJson(read.value) : read.must]).toEqual([
        text,
        stableJson(byHelm[index]),
      ]);
    }
  });

  it("refuses what Helm refuses", async () => {
    const byHelm = await readByHelm(REFUSED);
    expect(byHelm.map((value) => Object.keys(value as object))).toEqual(
      REFUSED.map(() => ["Error"]),
    );
    expect(REFUSED.filter((text) => parseObjectText(text).kind === "object")).toEqual([]);
  });

  it(`reads scalars as Helm does, whatever they are made of (seed ${SEED})`, async () => {
    const scalar = fc.stringMatching(/^[-+.]?[0-9a-fxobeEyYnN_.+-]{1,8}$/);
    const texts = fc.sample(scalar, { numRuns: 2_000, seed: SEED }).map((source) => `k: ${source}`);
    const byHelm = await readByHelm(texts);
    for (const [index, text] of texts.entries()) {
      const read = parseObjectText(text);
      const ours = read.kind === "object" ? stableJson(read.value) : "refused";
      const theirs = byHelm[index] as Readonly<Record<string, unknown>>;
      expect([text, ours]).toEqual([text, "Error" in theirs ? "refused" : stableJson(theirs)]);
    }
  });
});
