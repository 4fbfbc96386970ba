import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { bundleProduct } from "./bundle.ts";
import { appLayer, baseLayer } from "./contents.ts";
import { type ImageSpec, writeImage } from "./oci/archive.ts";

/** The repository that this package is part of. */
const ROOT = join(import.meta.dirname, "..", "..", "..");
const NAME = "ghcr.io/open-vcluster/open-vcluster";
/** The user of distroless images: no account of the machine has this number. */
const USER = "65532:65532";
/**
 * Measured: with these the operator peaks at 190 MiB with 1,000 instances. In the environment, so that a Pod with more
 * memory can be given more.
 */
const NODE_OPTIONS = "--max-semi-space-size=4 --max-old-space-size=128";

/** The product's image as a file. */
export interface ProductImage {
  /** Full name with tag, as a Pod asks for it. */
  readonly reference: string;
  /** OCI archive. */
  readonly path: string;
}

/** Full name with tag of the image of this version. */
export function productReference(): string {
  return `${NAME}:${versionOf(ROOT)}`;
}

/**
 * Builds the image of the product without any container tool, below `.local/image` of the repository. An image that is
 * there and has the same content is kept, others are removed.
 * @param helm - path of the helm program, version 3
 */
export async function buildProductImage({
  helm,
}: {
  readonly helm: string;
}): Promise<ProductImage> {
  const reference = productReference();
  const spec: ImageSpec = {
    reference,
    layers: [baseLayer({ root: ROOT, helm }), appLayer(ROOT, await bundleProduct(ROOT))],
    entrypoint: ["/nodejs/bin/node", "/app/main.js"],
    env: [`NODE_OPTIONS=${NODE_OPTIONS}`],
    user: USER,
    workingDirectory: "/",
  };
  const directory = join(ROOT, ".local", "image");
  const path = writeImage(spec, directory);
  for (const name of readdirSync(directory)) {
    const other = join(directory, name);
    if (other !== path && name.endsWith(".tar")) rmSync(other, { force: true });
  }
  return { reference, path };
}

function versionOf(root: string): string {
  const text = readFileSync(join(root, "package.json"), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}
