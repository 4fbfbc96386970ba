import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { type LayerEntry, type Written, writeLayer } from "./layer.ts";

/** An image with one layer. */
export interface ImageSpec {
  /** Full name with tag, e.g. `docker.io/library/busybox:1.36`. */
  readonly reference: string;
  readonly entries: readonly LayerEntry[];
  readonly entrypoint?: readonly string[];
  readonly env?: readonly string[];
  readonly user?: string;
  readonly workingDirectory?: string;
}

/**
 * An OCI layout in one tar file, which `ctr images import` reads. Stays in `directory` and is made
 * again only when the spec or one of its source files changes.
 * @returns path of the tar file
 */
export function writeImage(spec: ImageSpec, directory: string): string {
  const name = spec.reference.replaceAll(/[^A-Za-z0-9.]+/g, "_");
  const path = join(directory, `${name}-${fingerprint(spec)}.tar`);
  if (existsSync(path)) return path;
  mkdirSync(directory, { recursive: true });
  const draft = mkdtempSync(join(directory, ".draft-"));
  try {
    const layerPath = join(draft, "layer");
    const layer = writeLayer(layerPath, spec.entries);
    const imagePath = join(draft, "image");
    writeLayer(imagePath, layoutOf(spec, layer, layerPath));
    renameSync(imagePath, path);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return path;
}

/** Go's name of this machine's processor. */
function goArchitecture(): string {
  return process.arch === "x64" ? "amd64" : process.arch;
}

function layoutOf(spec: ImageSpec, layer: Written, layerPath: string): readonly LayerEntry[] {
  const config = blob({
    architecture: goArchitecture(),
    os: "linux",
    config: {
      Env: [
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        ...(spec.env ?? []),
      ],
      ...(spec.entrypoint === undefined ? {} : { Entrypoint: spec.entrypoint }),
      ...(spec.user === undefined ? {} : { User: spec.user }),
      ...(spec.workingDirectory === undefined ? {} : { WorkingDir: spec.workingDirectory }),
    },
    rootfs: { type: "layers", diff_ids: [`sha256:${layer.sha256}`] },
    history: [{ created_by: "open-vcluster testbed" }],
  });
  const manifest = blob({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: descriptor("application/vnd.oci.image.config.v1+json", config),
    layers: [descriptor("application/vnd.oci.image.layer.v1.tar", layer)],
  });
  const index = {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.index.v1+json",
    manifests: [
      {
        ...descriptor("application/vnd.oci.image.manifest.v1+json", manifest),
        annotations: { "io.containerd.image.name": spec.reference },
        platform: { architecture: goArchitecture(), os: "linux" },
      },
    ],
  };
  const blobPath = (sha256: string): string => join("blobs", "sha256", sha256);
  const text = (path: string, content: string): LayerEntry => ({
    kind: "text",
    path,
    mode: 0o644,
    text: content,
  });
  return [
    text("oci-layout", JSON.stringify({ imageLayoutVersion: "1.0.0" })),
    text("index.json", JSON.stringify(index)),
    text(blobPath(config.sha256), config.text),
    text(blobPath(manifest.sha256), manifest.text),
    { kind: "file", path: blobPath(layer.sha256), mode: 0o644, source: layerPath },
  ];
}

function blob(content: unknown): Written & { readonly text: string } {
  const text = JSON.stringify(content);
  return {
    text,
    size: Buffer.byteLength(text),
    sha256: createHash("sha256").update(text).digest("hex"),
  };
}

function descriptor(mediaType: string, written: Written): object {
  return { mediaType, digest: `sha256:${written.sha256}`, size: written.size };
}

/** Changes when the image would; source files count by size and time, not by content. */
function fingerprint(spec: ImageSpec): string {
  const sources = spec.entries.map((entry) => {
    if (entry.kind !== "file") return "";
    const { size, mtimeMs } = statSync(entry.source);
    return `${size} ${mtimeMs}`;
  });
  return createHash("sha256")
    .update(JSON.stringify([spec, sources]))
    .digest("hex")
    .slice(0, 12);
}
