import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import type { ChartSource } from "./chart-source.ts";
import { type ChartSourceConfig, createChartSource } from "./create-chart-source.ts";
import { startServer, type TestServer } from "./testing/http-server.ts";
import { type RegistryContent, startRegistry } from "./testing/oci-registry.ts";
import { chartFiles, packChart } from "./testing/packaged-chart.ts";
import { selfSigned } from "./testing/self-signed.ts";

jest.setTimeout(60_000);

const signal = new AbortController().signal;
const BASIC = `Basic ${Buffer.from("me:secret").toString("base64")}`;

let directory: string;
let chart: Buffer;
let digest: string;
let servers: TestServer[];

beforeAll(async () => {
  chart = await packChart(chartFiles("1.2.3"));
  digest = createHash("sha256").update(chart).digest("hex");
});

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "chart-source-"));
  servers = [];
});

afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await rm(directory, { recursive: true, force: true });
});

function sourceAt(location: string, over: Partial<ChartSourceConfig["access"]> = {}): ChartSource {
  return createChartSource({
    location,
    plainHttp: false,
    access: { timeoutMs: 5000, ...over },
    cacheDirectory: join(directory, "cache"),
  });
}

async function credentials(): Promise<{ usernameFile: string; passwordFile: string }> {
  const usernameFile = join(directory, "username");
  const passwordFile = join(directory, "password");
  await writeFile(usernameFile, "me\n");
  await writeFile(passwordFile, "secret\n");
  return { usernameFile, passwordFile };
}

interface RepositoryOptions {
  readonly index?: string;
  readonly body?: Buffer;
  readonly basic?: string;
}

function indexOf(url: string, promised: string = digest): string {
  return `apiVersion: v1
entries:
  other:
  - name: other
    version: 9.9.9
    urls: [other.tgz]
  vcluster:
  - apiVersion: v2
    name: vcluster
    digest: ${promised}
    urls:
    - ${url}
    version: 1.2.3
  - name: vcluster
    urls:
    - old.tgz
    version: 1.2.2
  zebra:
  - name: zebra
    version: 1.2.3
    urls: [zebra.tgz]
generated: "2026-01-01T00:00:00Z"
`;
}

async function repository(options: RepositoryOptions = {}): Promise<TestServer> {
  const server = await startServer((request, response) => {
    const isAllowed =
      options.basic === undefined || request.headers.authorization === options.basic;
    if (!isAllowed) response.writeHead(401).end();
    else if (request.url === "/charts/index.yaml") {
      response.end(options.index ?? indexOf("files/vcluster-1.2.3.tgz"));
    } else if (request.url === "/charts/files/vcluster-1.2.3.tgz") {
      response.end(options.body ?? chart);
    } else response.writeHead(404).end();
  });
  servers.push(server);
  return server;
}

async function registry(content: Partial<RegistryContent> = {}): Promise<TestServer> {
  const server = await startRegistry({
    repository: "charts/vcluster",
    charts: { "1.2.3": chart },
    ...content,
  });
  servers.push(server);
  return server;
}

function ociOf(server: TestServer): string {
  return `${server.url.replace("http:", "oci:")}/charts/vcluster`;
}

describe("a folder of charts", () => {
  it("gives a chart with its schema, defaults and digest, readable by us alone", async () => {
    await writeFile(join(directory, "vcluster-1.2.3.tgz"), chart);
    const archive = await sourceAt(`folder:${directory}`).resolve("1.2.3", signal);
    expect(archive).toMatchObject({
      version: "1.2.3",
      appVersion: "1.2.3-app",
      digest,
      schema: { type: "object" },
      defaults: { sync: true, nested: { a: 1 } },
    });
    expect(await readFile(archive.path)).toEqual(chart);
    expect((await stat(archive.path)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(archive.path))).mode & 0o777).toBe(0o700);
  });

  it("names the versions that are there when one is not", async () => {
    await writeFile(join(directory, "vcluster-1.2.3.tgz"), chart);
    await writeFile(join(directory, "vcluster-1.10.0.tgz"), chart);
    await expect(sourceAt(`folder:${directory}`).resolve("2.0.0", signal)).rejects.toMatchObject({
      kind: "invalid",
      reason: "ChartUnknown",
      message: expect.stringContaining("1.10.0, 1.2.3") as unknown,
    });
  });

  it("says that the folder is missing", async () => {
    const source = sourceAt(`folder:${directory}/none`);
    await expect(source.resolve("1.2.3", signal)).rejects.toMatchObject({ kind: "unavailable" });
  });

  it.each(["../1.2.3", "1.2", "latest", "v1.2.3", ""])(
    "takes %j for no version",
    async (version) => {
      await expect(sourceAt(`folder:${directory}`).resolve(version, signal)).rejects.toMatchObject({
        reason: "ChartUnknown",
      });
    },
  );
});

describe("what is in the archive", () => {
  const withoutSchema = Object.fromEntries(
    Object.entries(chartFiles("1.2.3")).filter(([path]) => !path.endsWith("schema.json")),
  );
  it.each([
    [
      "another chart",
      { ...chartFiles("1.2.3"), "vcluster/Chart.yaml": "name: evil\nversion: 1.2.3\n" },
      "calls itself evil",
    ],
    ["another version", chartFiles("1.2.4"), "calls itself vcluster 1.2.4"],
    ["no schema", withoutSchema, "no values.schema.json"],
    [
      "a schema that is no JSON",
      { ...chartFiles("1.2.3"), "vcluster/values.schema.json": "{" },
      "cannot be parsed",
    ],
    [
      "values that are a list",
      { ...chartFiles("1.2.3"), "vcluster/values.yaml": "- a" },
      "not a mapping",
    ],
  ])("is refused when it holds %s", async (_name, files, text) => {
    await writeFile(join(directory, "vcluster-1.2.3.tgz"), await packChart(files));
    await expect(sourceAt(`folder:${directory}`).resolve("1.2.3", signal)).rejects.toMatchObject({
      kind: "corrupt",
      reason: "ChartCorrupt",
      message: expect.stringContaining(text) as unknown,
    });
  });

  it("is refused when it is cut off, no archive, or a bomb", async () => {
    const bomb = await packChart({
      ...chartFiles("1.2.3"),
      "vcluster/big": "0".repeat(60 * 1024 * 1024),
    });
    for (const bytes of [chart.subarray(0, 200), Buffer.from("no archive"), bomb]) {
      await writeFile(join(directory, "vcluster-1.2.3.tgz"), bytes);
      await expect(sourceAt(`folder:${directory}`).resolve("1.2.3", signal)).rejects.toMatchObject({
        kind: "corrupt",
      });
    }
  });
});

describe("a Helm repository", () => {
  it("gives charts by relative address", async () => {
    const { url } = await repository();
    const archive = await sourceAt(`${url}/charts`).resolve("1.2.3", signal);
    expect(archive.digest).toBe(digest);
  });

  it("gives charts by absolute address, without telling the other host our password", async () => {
    const other = await repository();
    const { url } = await repository({
      basic: BASIC,
      index: indexOf(`${other.url}/charts/files/vcluster-1.2.3.tgz`),
    });
    await sourceAt(`${url}/charts`, await credentials()).resolve("1.2.3", signal);
    expect(other.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  it("reads an index in JSON, and one laid out in another way", async () => {
    const entry = {
      name: "vcluster",
      version: "1.2.3",
      digest,
      urls: ["files/vcluster-1.2.3.tgz"],
    };
    const json = JSON.stringify({ entries: { vcluster: [entry] } });
    const flow = `entries: { vcluster: [${JSON.stringify(entry)}] }\n`;
    for (const index of [json, flow]) {
      const { url } = await repository({ index });
      expect((await sourceAt(`${url}/charts`).resolve("1.2.3", signal)).digest).toBe(digest);
    }
  });

  it("names its versions of this chart alone", async () => {
    const { url } = await repository();
    await expect(sourceAt(`${url}/charts`).resolve("9.9.9", signal)).rejects.toMatchObject({
      reason: "ChartUnknown",
      message: expect.stringMatching(/Available: 1\.2\.3, 1\.2\.2\.$/) as unknown,
    });
  });

  it("refuses bytes that are not those of the index", async () => {
    const body = await packChart({ ...chartFiles("1.2.3"), "vcluster/more": "x" });
    const { url } = await repository({ body });
    await expect(sourceAt(`${url}/charts`).resolve("1.2.3", signal)).rejects.toMatchObject({
      kind: "corrupt",
      message: expect.stringContaining(digest) as unknown,
    });
  });

  it("refuses an archive above 20 MB", async () => {
    const { url } = await repository({ body: Buffer.alloc(21 * 1024 * 1024) });
    await expect(sourceAt(`${url}/charts`).resolve("1.2.3", signal)).rejects.toMatchObject({
      kind: "corrupt",
    });
  });

  it("says that a password is missing or wrong", async () => {
    const { url } = await repository({ basic: "Basic other" });
    for (const access of [{}, await credentials()]) {
      await expect(
        sourceAt(`${url}/charts`, access).resolve("1.2.3", signal),
      ).rejects.toMatchObject({ kind: "denied", reason: "ChartForbidden" });
    }
  });

  it("downloads once for many callers, and not again after a restart, also when it is gone", async () => {
    const server = await repository();
    const source = sourceAt(`${server.url}/charts`);
    const archives = await Promise.all([1, 2, 3].map(() => source.resolve("1.2.3", signal)));
    expect(new Set(archives).size).toBe(1);
    expect(server.requests).toHaveLength(2);
    await server.close();
    servers = [];
    const restarted = await sourceAt(`${server.url}/charts`).resolve("1.2.3", signal);
    expect(restarted).toEqual(archives[0]);
  });

  it("fetches again what was damaged on disk", async () => {
    const server = await repository();
    const first = await sourceAt(`${server.url}/charts`).resolve("1.2.3", signal);
    await writeFile(first.path, "damaged");
    const second = await sourceAt(`${server.url}/charts`).resolve("1.2.3", signal);
    expect(await readFile(second.path)).toEqual(chart);
  });

  it("is trusted by the CA that is named, and by none else", async () => {
    const tls = await selfSigned();
    const server = await startServer((request, response) => {
      response.end(request.url === "/index.yaml" ? indexOf("a.tgz") : chart);
    }, tls);
    servers.push(server);
    await expect(sourceAt(server.url).resolve("1.2.3", signal)).rejects.toMatchObject({
      kind: "unavailable",
      message: expect.stringContaining("TLS certificate is not trusted") as unknown,
    });
    const caFile = join(directory, "ca.pem");
    await writeFile(caFile, tls.cert);
    expect((await sourceAt(server.url, { caFile }).resolve("1.2.3", signal)).digest).toBe(digest);
  });

  it("is tried again after a failure", async () => {
    let isUp = false;
    const server = await startServer((request, response) => {
      if (!isUp) response.writeHead(503, { "retry-after": "7" }).end();
      else response.end(request.url?.endsWith("index.yaml") === true ? indexOf("a.tgz") : chart);
    });
    servers.push(server);
    const source = sourceAt(server.url);
    await expect(source.resolve("1.2.3", signal)).rejects.toMatchObject({
      kind: "unavailable",
      reason: "ChartUnavailable",
      retryAfterMs: 7000,
    });
    isUp = true;
    expect((await source.resolve("1.2.3", signal)).digest).toBe(digest);
  });

  it("is given up after its time limit, and at once by a caller that leaves", async () => {
    const server = await startServer(() => undefined);
    servers.push(server);
    await expect(
      sourceAt(server.url, { timeoutMs: 200 }).resolve("1.2.3", signal),
    ).rejects.toMatchObject({
      kind: "unavailable",
      message: expect.stringContaining("no answer within 0.2 s") as unknown,
    });
    const caller = new AbortController();
    const waiting = sourceAt(server.url, { timeoutMs: 400 }).resolve("1.2.3", caller.signal);
    caller.abort(new Error("leaving"));
    await expect(waiting).rejects.toThrow("leaving");
  });
});

describe("an OCI registry", () => {
  it("gives charts to anybody", async () => {
    const archive = await sourceAt(ociOf(await registry())).resolve("1.2.3", signal);
    expect(archive).toMatchObject({ version: "1.2.3", digest });
  });

  it("gives charts for a free token", async () => {
    const server = await registry({ auth: "token" });
    expect((await sourceAt(ociOf(server)).resolve("1.2.3", signal)).digest).toBe(digest);
  });

  it.each(["token", "basic"] as const)("gives charts for a password, by %s", async (auth) => {
    const server = await registry({ auth, basic: BASIC });
    const source = sourceAt(ociOf(server), await credentials());
    expect((await source.resolve("1.2.3", signal)).digest).toBe(digest);
    await expect(
      createChartSource({
        location: ociOf(server),
        plainHttp: false,
        access: { timeoutMs: 5000 },
        cacheDirectory: join(directory, "other-cache"),
      }).resolve("1.2.3", signal),
    ).rejects.toMatchObject({ reason: "ChartForbidden" });
  });

  it("finds a version with build metadata under its tag", async () => {
    const built = await packChart(chartFiles("1.2.3+b"));
    const server = await registry({ charts: { "1.2.3_b": built } });
    const archive = await sourceAt(ociOf(server)).resolve("1.2.3+b", signal);
    expect(archive.version).toBe("1.2.3+b");
  });

  it("names its versions when one is missing", async () => {
    await expect(sourceAt(ociOf(await registry())).resolve("2.0.0", signal)).rejects.toMatchObject({
      reason: "ChartUnknown",
      message: expect.stringContaining("Available: 1.2.3.") as unknown,
    });
  });

  it("refuses an artefact that is no chart, and bytes that were changed", async () => {
    const image = await registry({ configType: "application/vnd.oci.image.config.v1+json" });
    const tampered = await registry({ tamper: true });
    for (const server of [image, tampered]) {
      await expect(sourceAt(ociOf(server)).resolve("1.2.3", signal)).rejects.toMatchObject({
        kind: "corrupt",
      });
    }
  });
});

describe("the address of a source", () => {
  it.each([
    ["http://charts.example.com", "not encrypted"],
    ["ftp://host/x", "is no chart source"],
    ["oci://host", "is no chart source"],
    ["folder:relative", "is no chart source"],
    ["https://me:secret@host/x", "without credentials"],
    ["", "is no chart source"],
  ])("is refused when it is %j, without showing a password", (location, text) => {
    expect(() => sourceAt(location)).toThrow(text);
    try {
      sourceAt(location);
    } catch (error) {
      expect(String(error)).not.toContain("secret");
    }
  });
});
