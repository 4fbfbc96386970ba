import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { type LayerEntry, type Written, writeLayer } from "./layer.ts";

export type { LayerEntry };

/** What an image holds and how it is started. */
export interface ImageSpec {
  /** Full name with tag, e.g. `docker.io/library/busybox:1.36`. */
  readonly reference: string;
  /** Lowest first: what seldom changes lies below, so that a node that has it need not take it again. */
  readonly layers: readonly (readonly LayerEntry[])[];
  readonly entrypoint?: readonly string[];
  readonly env?: readonly string[];
  readonly user?: string;
  readonly workingDirectory?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * An OCI layout in one tar file, which `ctr images import` and `skopeo copy oci-archive:` read. Stays in `directory` and is made
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
    const layers = spec.layers.map((entries, index) => {
      const source = join(draft, `layer-${String(index)}`);
      return { ...writeLayer(source, entries), source };
    });
    const imagePath = join(draft, "image");
    writeLayer(imagePath, layoutOf(spec, layers));
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

interface WrittenLayer extends Written {
  readonly source: string;
}

function layoutOf(spec: ImageSpec, layers: readonly WrittenLayer[]): readonly LayerEntry[] {
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
      ...(spec.labels === undefined ? {} : { Labels: spec.labels }),
    },
    rootfs: { type: "layers", diff_ids: layers.map(({ sha256 }) => `sha256:${sha256}`) },
  });
  const manifest = blob({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: descriptor("application/vnd.oci.image.config.v1+json", config),
    layers: layers.map((layer) => descriptor("application/vnd.oci.image.layer.v1.tar", layer)),
  });
  const index = {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.index.v1+json",
    manifests: [
      {
        ...descriptor("application/vnd.oci.image.manifest.v1+json", manifest),
        annotations: {
          "io.containerd.image.name": spec.reference,
          "org.opencontainers.image.ref.name": spec.reference.slice(
            spec.reference.lastIndexOf(":") + 1,
          ),
        },
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
    ...layers.map(
      ({ sha256, source }): LayerEntry => ({
        kind: "file",
        path: blobPath(sha256),
        mode: 0o644,
        source,
      }),
    ),
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

function descriptor(mediaType: string, { sha256, size }: Written): object {
  return { mediaType, digest: `sha256:${sha256}`, size };
}

/** Changes when the image would; source files count by size and time, not by content. */
function fingerprint(spec: ImageSpec): string {
  const sources = spec.layers.flat().map((entry) => {
    if (entry.kind !== "file") return "";
    const { size, mtimeMs } = statSync(entry.source);
    return `${size} ${mtimeMs}`;
  });
  return createHash("sha256")
    .update(JSON.stringify([spec, sources]))
    .digest("hex")
    .slice(0, 12);
}
