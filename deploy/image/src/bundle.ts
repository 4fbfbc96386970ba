import { build, type Metafile } from "esbuild";

/** One file of the bundled product. */
export interface BundledFile {
  /** Relative to the directory that holds the bundle. */
  readonly path: string;
  readonly text: string;
}

/** Programs as JavaScript that needs no packages beside it, with a source map for each file. */
export interface Bundle {
  readonly files: readonly BundledFile[];
  /** What each file was made of, with paths relative to the repository. */
  readonly metafile: Metafile;
}

/** Where programs begin, relative to the repository, by the names of their bundled files. */
export type Programs = Readonly<Record<string, string>>;

const PRODUCT: Programs = {
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

/** Bundles the programs of the product, which are started from the directory `app`. */
export function bundleProduct(root: string): Promise<Bundle> {
  return bundlePrograms(root, PRODUCT);
}

/**
 * Bundles programs as the product's image holds them. The same sources give the same bytes, wherever the repository lies.
 * @param root - the repository, with its packages installed
 */
export async function bundlePrograms(root: string, programs: Programs): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: { ...programs },
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
