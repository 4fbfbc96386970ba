import { join } from "node:path";
import type { GeneratedFile } from "./generated-file.ts";
import { renderProduct } from "./render.ts";

const VALUES = join(import.meta.dirname, "plain-values.yaml");
const FILE = join(import.meta.dirname, "../manifests/product.yaml");
/** What Helm says of itself. */
const OF_HELM = /^(\s+(helm\.sh\/chart|app\.kubernetes\.io\/managed-by): .*|# Source: .*|\s*)$/;

/** The product's manifests for those who install without Helm. */
export async function plainManifests(helm: string): Promise<GeneratedFile> {
  const rendered = await renderProduct(helm, [VALUES]);
  const lines = rendered.split("\n").filter((line) => !OF_HELM.test(line));
  const heading = "# Written by npm run generate:rendered --workspace deploy/scripts. Do not edit.";
  return { path: FILE, text: `${[heading, ...lines].join("\n")}\n` };
}
