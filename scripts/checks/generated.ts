import { createHash } from "node:crypto";
import { globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** Files that `npm run generate` writes; all of them are committed. */
const GENERATED = [
  "{api,crds}/src/gen/**/*.ts",
  "operator/src/snapshot/engine/source/gen/*.ts",
  "api/openapi.json",
  "deploy/chart/values*",
  "deploy/{crds,chart}/files/**/*",
  "deploy/gitops/argocd/argocd-cm.yaml",
  "deploy/observability/dashboards/*.json",
  "docs/reference/**/*.md",
];

/** Digest of each generated file, by its path. */
export type Digests = ReadonlyMap<string, string>;

/** The generated files as they are now. */
export function generatedFiles(root: string): Digests {
  const names = globSync(GENERATED, { cwd: root })
    .filter((name) => statSync(join(root, name)).isFile())
    .sort();
  return new Map(
    names.map((name) => [
      name,
      createHash("sha256")
        .update(readFileSync(join(root, name)))
        .digest("hex"),
    ]),
  );
}

/** Paths whose content differs, or that only one side has. Pure. */
export function changedFiles(before: Digests, after: Digests): readonly string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => before.get(name) !== after.get(name)).sort();
}
