import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Contents, identityOf, type Programs, productContents } from "./contents.ts";
import { type ImageSpec, writeImage } from "./oci/archive.ts";

/** The repository that this package is part of. */
const ROOT = join(import.meta.dirname, "..", "..", "..");
const REPOSITORY = "ghcr.io/open-vcluster/open-vcluster";

/** The product's image as a file. */
export interface ProductImage {
  /** Full name with tag, as a Pod asks for it. */
  readonly reference: string;
  /** OCI archive. */
  readonly path: string;
  /** What is inside, in CycloneDX JSON. */
  readonly billOfMaterials: string;
}

/** What the image is built from and where. */
export interface Build {
  readonly programs: Programs;
  /** For archives of this image alone; made when it is absent. */
  readonly directory: string;
}

/**
 * Builds the image of the product without any container tool. An archive that is there and has the same content is
 * kept, others are removed.
 */
export async function buildProductImage({ programs, directory }: Build): Promise<ProductImage> {
  const contents = await productContents(ROOT, programs);
  const spec = specOf(ROOT, contents);
  const path = writeImage(spec, directory);
  for (const name of readdirSync(directory)) {
    const other = join(directory, name);
    if (other !== path && name.endsWith(".tar")) rmSync(other, { force: true });
  }
  return { reference: spec.reference, path, billOfMaterials: contents.billOfMaterials };
}

/**
 * Measured: with these the operator peaks at 190 MiB with 1,000 instances. In the environment, so that a Pod with more
 * memory can be given more.
 */
export const PROGRAM_ENVIRONMENT: Readonly<Record<string, string>> = {
  NODE_OPTIONS: "--max-semi-space-size=4 --max-old-space-size=128",
};

/** The image of these contents, and how it is started. */
export function specOf(root: string, { base, app }: Pick<Contents, "base" | "app">): ImageSpec {
  const { name, version, license } = identityOf(root);
  return {
    reference: `${REPOSITORY}:${version}`,
    layers: [base, app],
    entrypoint: ["/nodejs/bin/node", "/app/main.js"],
    env: Object.entries(PROGRAM_ENVIRONMENT).map(([name, value]) => `${name}=${value}`),
    // The user of distroless images: no account of a machine has this number.
    user: "65532:65532",
    workingDirectory: "/",
    labels: {
      "org.opencontainers.image.title": name,
      "org.opencontainers.image.description":
        "Virtual Kubernetes clusters managed like VMs: operator and API",
      "org.opencontainers.image.version": version,
      "org.opencontainers.image.licenses": license,
    },
  };
}
