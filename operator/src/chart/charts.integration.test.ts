import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createChartSource } from "./create-chart-source.ts";

const charts = process.env["TESTBED_CHARTS"] ?? "";

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "charts-"));
});

afterAll(() => rm(directory, { recursive: true, force: true }));

describe("the published charts", () => {
  it.each(["0.33.1", "0.34.0", "0.35.2", "0.36.1"])("%s is read whole", async (version) => {
    const source = createChartSource({
      location: `folder:${charts}`,
      plainHttp: false,
      access: { timeoutMs: 5000 },
      cacheDirectory: directory,
    });
    const archive = await source.resolve(version, new AbortController().signal);
    expect(archive).toMatchObject({ version, appVersion: version });
    expect(archive.schema).toMatchObject({ additionalProperties: false });
    expect(archive.defaults).toMatchObject({ controlPlane: { statefulSet: {} }, sync: {} });
  });
});
