import { createHash } from "node:crypto";
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { list } from "tar";
import { type Contents, type Programs, productContents } from "./contents.ts";
import { type Instruction, stagesOf } from "./dockerfile.ts";
import { writeImage } from "./oci/archive.ts";
import { specOf } from "./product-image.ts";
import { stageLayer } from "./stage.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const { binaries: PROGRAMS } = JSON.parse(
  readFileSync(process.env["TESTBED_INFO"] ?? "", "utf8"),
) as { readonly binaries: Programs };
const BUILD_MS = 240_000;
const MAX_SIZE_BYTES = 300e6;

/** What the Dockerfile copies, in the order of the image's layers. */
const STAGED = ["base", "app"] as const;

let directory: string;
let contents: Contents;
let image: Image;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "product-image-"));
  contents = await gather();
  image = await imageIn(writeImage(specOf(ROOT, contents), join(directory, "archive")));
}, BUILD_MS);
afterAll(() => {
  rmSync(directory, { recursive: true });
});

describe("the product's image", () => {
  it(
    "is the same from the same sources",
    async () => {
      expect(await gather()).toEqual(contents);
    },
    BUILD_MS,
  );

  it("stays below 300 MB", () => {
    const sizes = image.layers.flatMap((layer) => Object.values(layer).map(({ size }) => size));
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(MAX_SIZE_BYTES);
  });

  it("has no other programs than Node, Helm, kine and the loader", () => {
    const programs = image.layers
      .flatMap((layer) => Object.entries(layer))
      .filter(
        ([path, { type, mode }]) => type === "File" && (mode & 0o111) !== 0 && !isLibrary(path),
      )
      .map(([path]) => path);
    expect(programs).toEqual(["nodejs/bin/node", "usr/local/bin/helm", "usr/local/bin/kine"]);
  });

  it("has a source map beside each file of the bundle", () => {
    const files = Object.keys(image.layers[1] ?? {}).filter((path) => /^app\/[^/]*$/.test(path));
    const scripts = files.filter((path) => path.endsWith(".js"));
    expect(scripts).toEqual(
      expect.arrayContaining(
        ["main", "operator", "facade", "snapshot-worker", "snapshot-forwarder"].map(
          (name) => `app/${name}.js`,
        ),
      ),
    );
    expect(files).toEqual(expect.arrayContaining(scripts.map((path) => `${path}.map`)));
  });

  it("says what is inside, with versions and licences", () => {
    const { components } = JSON.parse(contents.billOfMaterials) as {
      readonly components: readonly {
        readonly purl: string;
        readonly licenses: readonly object[];
      }[];
    };
    const purls = components.map(({ purl }) => purl.replace(/@[^@]*$/, ""));
    expect(purls).toEqual(
      expect.arrayContaining([
        "pkg:generic/node",
        "pkg:golang/helm.sh/helm/v3",
        "pkg:golang/github.com/k3s-io/kine",
        "pkg:npm/undici",
        "pkg:npm/%40kubernetes/client-node",
        "pkg:npm/swagger-ui-dist",
      ]),
    );
    expect(components.filter(({ licenses }) => licenses.length !== 1)).toEqual([]);
  });
});

describe("the Dockerfile", () => {
  const stages = stagesOf(readFileSync(join(ROOT, "deploy", "image", "Dockerfile"), "utf8"));
  const last = stages.at(-1) ?? [];
  const texts = (name: string, of: readonly Instruction[] = last): readonly string[] =>
    of.filter((each) => each.name === name).map(({ text }) => text);

  it("adds nothing to what is staged for it", () => {
    expect(texts("FROM")).toEqual(["scratch"]);
    expect(texts("COPY")).toEqual(STAGED.map((layer) => `--from=build /stage/${layer}/ /`));
    expect(texts("RUN", stages.at(-2))).toContain(
      "node deploy/image/scripts/stage.ts /helm /kine /stage",
    );
    expect(texts("RUN")).toEqual([]);
  });

  it.each(STAGED.map((name, index) => [name, index] as const))(
    "copies the files of the archive: %s",
    (name, index) => {
      const staged = join(directory, "staged", name);
      stageLayer(staged, contents[name]);
      expect(filesBelow(staged)).toEqual(image.layers[index]);
    },
    BUILD_MS,
  );

  it("starts it in the same way", () => {
    const { Labels, ...started } = image.config;
    expect({
      Entrypoint: JSON.parse(texts("ENTRYPOINT")[0] ?? "") as unknown,
      User: texts("USER")[0],
      WorkingDir: texts("WORKDIR")[0],
      Env: texts("ENV").map((text) => text.replaceAll('"', "")),
    }).toEqual(started);
    const labels = texts("LABEL").map((text) => /^(\S+)="(.*)"$/.exec(text)?.slice(1) ?? []);
    expect(Object.fromEntries(labels)).toEqual(Labels);
  });

  it("builds with the versions that the tests use", () => {
    const { devDependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
      readonly devDependencies: { readonly node: string };
    };
    expect(texts("FROM", stages.at(-2))).toEqual([
      `node:${devDependencies.node}-bookworm-slim AS build`,
    ]);
    const modules = ["cluster", "kine"].map((name) =>
      readFileSync(join(ROOT, "e2e", "testbed", "go", name, "go.mod"), "utf8"),
    );
    const [, helm] = /helm\.sh\/helm\/v3 (v\S+)/.exec(modules[0] ?? "") ?? [];
    expect(texts("RUN", stages[0]).join()).toContain(`version.version=${helm ?? "?"}"`);
    const [, kine] = /github\.com\/k3s-io\/kine (v\S+)/.exec(modules[1] ?? "") ?? [];
    expect(texts("RUN", stages[0]).join()).toContain(`version.Version=${kine ?? "?"}"`);
    const [, go] = /^go (\d+\.\d+)/m.exec(modules[0] ?? "") ?? [];
    expect(texts("FROM", stages[0])[0]).toMatch(new RegExp(`^golang:${go ?? "?"}\\.\\d+-bookworm`));
  });
});

const gather = (): Promise<Contents> => productContents(ROOT, PROGRAMS);

function isLibrary(path: string): boolean {
  return /^(usr\/)?lib(64)?\//.test(path);
}

/** What is known of a file, however it is packed. */
interface Seen {
  readonly type: string;
  readonly mode: number;
  readonly size: number;
  /** SHA-256 of the content. */
  readonly digest: string;
}

interface Image {
  /** By path. */
  readonly layers: readonly Readonly<Record<string, Seen>>[];
  readonly config: {
    readonly Env: readonly string[];
    readonly Labels: Readonly<Record<string, string>>;
  };
}

async function imageIn(archive: string): Promise<Image> {
  const blobs = new Map<string, Buffer>();
  await list({
    file: archive,
    onReadEntry: (entry) => {
      const parts: Buffer[] = [];
      entry.on("data", (part) => parts.push(part));
      entry.on("end", () => blobs.set(entry.path, Buffer.concat(parts)));
    },
  });
  const json = (path: string): unknown => JSON.parse(blobs.get(path)?.toString() ?? "null");
  const blobOf = ({ digest }: Descriptor): string => `blobs/${digest.replace(":", "/")}`;
  const { manifests } = json("index.json") as { readonly manifests: readonly Descriptor[] };
  const manifest = json(blobOf(manifests[0] ?? { digest: "" })) as {
    readonly config: Descriptor;
    readonly layers: readonly Descriptor[];
  };
  const { config } = json(blobOf(manifest.config)) as Pick<Image, "config">;
  return {
    layers: await Promise.all(
      manifest.layers.map((layer) => filesInLayer(blobs.get(blobOf(layer)) ?? Buffer.alloc(0))),
    ),
    config,
  };
}

interface Descriptor {
  readonly digest: string;
}

async function filesInLayer(layer: Buffer): Promise<Record<string, Seen>> {
  const seen: Record<string, Seen> = {};
  await new Promise<void>((resolve, reject) => {
    const reader = list({
      onReadEntry: (entry) => {
        const hash = createHash("sha256");
        entry.on("data", (part) => hash.update(part));
        entry.on("end", () => {
          const { path, type, mode = 0, size } = entry;
          seen[path.replace(/\/$/, "")] = { type, mode, size, digest: hash.digest("hex") };
        });
      },
    });
    reader.on("end", resolve);
    reader.on("error", reject);
    reader.end(layer);
  });
  return seen;
}

function filesBelow(top: string): Record<string, Seen> {
  const seen: Record<string, Seen> = {};
  for (const path of readdirSync(top, { recursive: true, encoding: "utf8" })) {
    const stat = lstatSync(join(top, path));
    seen[path] = {
      type: stat.isDirectory() ? "Directory" : stat.isSymbolicLink() ? "SymbolicLink" : "File",
      mode: stat.mode & 0o7777,
      size: stat.isFile() ? stat.size : 0,
      digest: createHash("sha256")
        .update(stat.isFile() ? readFileSync(join(top, path)) : "")
        .digest("hex"),
    };
  }
  return seen;
}
