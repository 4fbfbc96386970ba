import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { billOfMaterials } from "./bill-of-materials.ts";
import { bundleProduct } from "./bundle.ts";
import { componentsOf } from "./components.ts";
import { notices } from "./notices.ts";
import type { LayerEntry } from "./oci/layer.ts";
import { type SharedLibrary, sharedLibrariesOf } from "./shared-libraries.ts";

/** What the image holds, by layer. */
export interface Contents {
  /** Node, Helm, kine and what they need of a system: changes with their versions. */
  readonly base: readonly LayerEntry[];
  /** The product itself: changes with its sources. */
  readonly app: readonly LayerEntry[];
  /** CycloneDX JSON. */
  readonly billOfMaterials: string;
}

/** Paths of the programs of others that the image holds, beside Node. */
export interface Programs {
  /** Version 3. */
  readonly helm: string;
  /** Linked statically. */
  readonly kine: string;
}

/** Files that programs read from a package while they run, by package. */
const ASSETS = {
  "@open-vcluster/api": ["openapi.json"],
  "swagger-ui-dist": ["swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png"],
} as const;

const PASSWD = `root:x:0:0:root:/root:/sbin/nologin
nonroot:x:65532:65532:nonroot:/tmp:/sbin/nologin
`;
const GROUP = `root:x:0:
nonroot:x:65532:
`;
const DOCUMENTS = "usr/share/doc/open-vcluster";

/**
 * Gathers everything that the image holds.
 * @param root - the repository, with its packages installed
 * @throws Error when the licence of something is not known, or this machine lacks a library
 */
export async function productContents(root: string, programs: Programs): Promise<Contents> {
  const node = join(root, "node_modules", "node", "bin", "node");
  const libraries = sharedLibrariesOf(node);
  const { files, metafile } = await bundleProduct(root);
  const assets = assetFiles(root);
  const product = identityOf(root);
  const components = componentsOf({
    root,
    metafile,
    assets: assets.map(({ source }) => source),
    goPrograms: [programs.helm, programs.kine],
    libraries,
  });
  const bill = billOfMaterials({ ...product, licence: product.license }, components);
  return {
    base: baseEntries(node, programs, libraries),
    app: [
      ...files.map((each) => text(`app/${each.path}`, each.text)),
      text("app/package.json", `${JSON.stringify({ ...product, type: "module" }, undefined, 2)}\n`),
      ...assets.map(({ path, source }) => file(`app/node_modules/${path}`, source)),
      file(`${DOCUMENTS}/LICENSE`, join(root, "LICENSE")),
      text(`${DOCUMENTS}/NOTICES.txt`, notices(components)),
      text(`${DOCUMENTS}/sbom.cdx.json`, bill),
    ],
    billOfMaterials: bill,
  };
}

/** The product's name, version and licence, as `package.json` has them. */
export function identityOf(root: string): {
  readonly name: string;
  readonly version: string;
  readonly license: string;
} {
  const { version, license } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  ) as Readonly<Record<"version" | "license", string>>;
  return { name: "open-vcluster", version, license };
}

function baseEntries(
  node: string,
  { helm, kine }: Programs,
  libraries: readonly SharedLibrary[],
): readonly LayerEntry[] {
  return [
    program("nodejs/bin/node", node),
    program("usr/local/bin/helm", helm),
    program("usr/local/bin/kine", kine),
    ...libraries.map(({ path, file }) => program(path.slice(1), file)),
    text("etc/ssl/certs/ca-certificates.crt", authoritiesOf(node)),
    text("etc/passwd", PASSWD),
    text("etc/group", GROUP),
    text("etc/nsswitch.conf", "hosts: files dns\n"),
    { kind: "directory", path: "tmp", mode: 0o1777 },
  ];
}

/** Mozilla's, as Node carries them: the machine that builds may trust authorities that a user should not. */
function authoritiesOf(node: string): string {
  const script = "console.log(tls.rootCertificates.join('\\n'))";
  return execFileSync(node, ["--eval", script], { encoding: "utf8" });
}

/** In the places where Node looks for packages, so that programs find them as they do in the repository. */
function assetFiles(root: string): readonly { readonly path: string; readonly source: string }[] {
  const facade = createRequire(join(root, "facade", "package.json"));
  return Object.entries(ASSETS).flatMap(([name, files]) =>
    files.map((each) => ({
      path: `${name}/${each}`,
      source: facade.resolve(`${name}/${each}`),
    })),
  );
}

function program(path: string, source: string): LayerEntry {
  return { kind: "file", path, mode: 0o755, source };
}

function file(path: string, source: string): LayerEntry {
  return { kind: "file", path, mode: 0o644, source };
}

function text(path: string, content: string): LayerEntry {
  return { kind: "text", path, mode: 0o644, text: content };
}
