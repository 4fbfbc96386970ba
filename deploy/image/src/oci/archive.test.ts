import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { list } from "tar";
import { type ImageSpec, writeImage } from "./archive.ts";
import { type LayerEntry, writeLayer } from "./layer.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "oci-"));
  writeFileSync(join(root, "program"), "x".repeat(1_000_003));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const entries = (): readonly LayerEntry[] => [
  { kind: "symlink", path: "bin/app", target: "../usr/bin/app" },
  { kind: "file", path: "usr/bin/app", mode: 0o755, source: join(root, "program") },
  { kind: "directory", path: "tmp", mode: 0o1777 },
];

const spec = (): ImageSpec => ({
  reference: "example.org/team/app:1.0",
  entrypoint: ["/usr/bin/app"],
  layers: [entries(), [{ kind: "text", path: "etc/app.conf", mode: 0o644, text: "on" }]],
});

async function entriesOf(tar: string): Promise<Record<string, string>> {
  const seen: Record<string, string> = {};
  await list({
    file: tar,
    onReadEntry: (entry) => {
      seen[entry.path] = `${entry.type} ${(entry.mode ?? 0).toString(8)} ${entry.size}`;
    },
  });
  return seen;
}

describe("writeLayer", () => {
  it("writes a tar that others read, with parents and sorted", async () => {
    const path = join(root, "layer.tar");
    const written = writeLayer(path, entries());
    expect(await entriesOf(path)).toEqual({
      "bin/": "Directory 755 0",
      "bin/app": "SymbolicLink 777 0",
      "tmp/": "Directory 1777 0",
      "usr/": "Directory 755 0",
      "usr/bin/": "Directory 755 0",
      "usr/bin/app": "File 755 1000003",
    });
    expect(written.size).toBe(readFileSync(path).length);
  });
});

describe("writeImage", () => {
  it("gives the same bytes for the same content, whenever and wherever it is made", () => {
    const first = readFileSync(writeImage(spec(), join(root, "one")));
    utimesSync(join(root, "program"), 1, 1);
    mkdirSync(join(root, "two"));
    const second = readFileSync(writeImage(spec(), join(root, "two")));
    expect(second.equals(first)).toBe(true);
  });

  it("is made again when a source changes", () => {
    const before = writeImage(spec(), root);
    expect(writeImage(spec(), root)).toBe(before);
    writeFileSync(join(root, "program"), "y");
    expect(writeImage(spec(), root)).not.toBe(before);
  });

  it("names the image and links every blob by its digest", async () => {
    const path = writeImage(spec(), root);
    let index = "";
    await list({
      file: path,
      onReadEntry: (entry) => {
        if (entry.path === "index.json") entry.on("data", (part) => (index += part.toString()));
      },
    });
    const { manifests } = JSON.parse(index) as {
      manifests: { digest: string; annotations: Record<string, string> }[];
    };
    expect(manifests[0]?.annotations["io.containerd.image.name"]).toBe("example.org/team/app:1.0");
    const names = Object.keys(await entriesOf(path));
    expect(names).toContain(`blobs/sha256/${manifests[0]?.digest.replace("sha256:", "") ?? ""}`);
    expect(
      names.filter((name) => name.startsWith("blobs/sha256/") && !name.endsWith("/")),
    ).toHaveLength(4);
  });
});
