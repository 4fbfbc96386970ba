import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Metafile } from "esbuild";
import { type Component, distinct } from "./component.ts";
import { goComponents } from "./go-components.ts";
import { npmComponent, packagesOf } from "./npm-components.ts";
import type { SharedLibrary } from "./shared-libraries.ts";
import { systemComponent } from "./system-component.ts";

/** What the image is made of. */
export interface Ingredients {
  /** The repository. */
  readonly root: string;
  readonly metafile: Metafile;
  /** Absolute paths of packages' files that are copied as they are. */
  readonly assets: readonly string[];
  /** Paths of programs that are written in Go. */
  readonly goPrograms: readonly string[];
  readonly libraries: readonly SharedLibrary[];
}

/** Everything of others that is inside the image, each once, by package URL. */
export function componentsOf(ingredients: Ingredients): readonly Component[] {
  const { root, metafile, assets, goPrograms, libraries } = ingredients;
  const bundled = packagesOf(filesIn(metafile)).map((directory) => join(root, directory));
  return distinct([
    ...[...bundled, ...packagesOf(assets)].map(npmComponent),
    nodeComponent(root),
    ...goPrograms.flatMap(goComponents),
    ...libraries.map(systemComponent),
  ]);
}

/** Sources of which something is left after the bundler removed what nobody uses. */
function filesIn({ outputs }: Metafile): readonly string[] {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([file]) => file),
  );
}

function nodeComponent(root: string): Component {
  const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly devDependencies: { readonly node: string };
  };
  const version = devDependencies.node;
  // The package that brings the program is unpacked only while it is installed; this is its file LICENSE.
  const text = join(import.meta.dirname, "..", "licences", `node-${version}.txt`);
  return {
    name: "node",
    version,
    purl: `pkg:generic/node@${version}`,
    licence: "MIT",
    texts: [readFileSync(text, "utf8").trim()],
  };
}
