import { build, type Metafile } from "esbuild";

/** One file of the bundled product. */
export interface BundledFile {
  /** Relative to the directory that holds the bundle. */
  readonly path: string;
  readonly text: string;
}

/** The product as JavaScript that needs no packages beside it, with a source map for each file. */
export interface Bundle {
  readonly files: readonly BundledFile[];
  /** What each file was made of, with paths relative to the repository. */
  readonly metafile: Metafile;
}

const ENTRIES = {
  main: "deploy/image/src/launch/main.ts",
  operator: "operator/src/main.ts",
  facade: "facade/src/main.ts",
  "snapshot-worker": "operator/src/snapshot/worker/main.ts",
  "snapshot-forwarder": "operator/src/snapshot/forwarder/main.ts",
  "post-render-main": "operator/src/helm/post-render-main.ts",
};
const DIRECTORY = "app";

/** Packages in CommonJS call `require` for what is built into Node. */
const REQUIRE = `import { createRequire as createRequireOfBundle } from "node:module";
const require = createRequireOfBundle(import.meta.url);`;

/**
 * Bundles the programs of the product. The same sources give the same bytes, wherever the repository lies.
 * @param root - the repository, with its packages installed
 */
export async function bundleProduct(root: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: ENTRIES,
    outdir: DIRECTORY,
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node24",
    conditions: ["source"],
    // Some packages have builds for both module systems; only the one of ours can be shaken.
    mainFields: ["module", "main"],
    charset: "utf8",
    sourcemap: "linked",
    sourcesContent: false,
    banner: { js: REQUIRE },
    logLevel: "silent",
  });
  const prefix = `${root}/${DIRECTORY}/`;
  return {
    files: outputFiles.map(({ path, text }) => ({ path: path.slice(prefix.length), text })),
    metafile,
  };
}
