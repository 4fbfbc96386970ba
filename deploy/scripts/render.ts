import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const DEPLOY = join(import.meta.dirname, "..");
const KUBERNETES = "1.36.0";
const run = promisify(execFile);

/** Folders of the charts. */
export const CHARTS: Readonly<Record<"product" | "crds", string>> = {
  product: join(DEPLOY, "chart"),
  crds: join(DEPLOY, "crds"),
};

/**
 * The product's chart as manifests, in the namespace of the documentation.
 *
 * @param helm - path of the program
 * @param files - values files
 */
export async function renderProduct(helm: string, files: readonly string[]): Promise<string> {
  const { stdout } = await run(
    helm,
    [
      ...["template", "open-vcluster", CHARTS.product, "--namespace", "open-vcluster-system"],
      ...["--kube-version", KUBERNETES],
      ...files.flatMap((file) => ["--values", file]),
    ],
    { maxBuffer: 16 * 1024 * 1024 },
  );
  return stdout;
}
