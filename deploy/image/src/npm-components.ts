import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Component } from "./component.ts";
import { licenceOf, licenceTexts } from "./licence-text.ts";

const FOLDER = "node_modules/";

/**
 * Directories of the packages that files belong to, without those of the repository itself. Pure.
 * @param files - paths with `/`
 */
export function packagesOf(files: readonly string[]): readonly string[] {
  const directories = new Set<string>();
  for (const file of files) {
    const start = file.lastIndexOf(FOLDER);
    if (start < 0) continue;
    const [first = "", second = ""] = file.slice(start + FOLDER.length).split("/");
    const name = first.startsWith("@") ? `${first}/${second}` : first;
    directories.add(file.slice(0, start + FOLDER.length) + name);
  }
  return [...directories].sort();
}

/**
 * What an installed npm package says of itself.
 * @throws Error when it names no licence and has none
 */
export function npmComponent(directory: string): Component {
  const { name, version, license } = JSON.parse(
    readFileSync(join(directory, "package.json"), "utf8"),
  ) as { readonly name: string; readonly version: string; readonly license?: string };
  const texts = licenceTexts(directory);
  const licence = license ?? licenceOf(texts);
  if (licence === undefined) throw new Error(`The package ${name} has no known licence`);
  return {
    name,
    version,
    purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
    licence,
    texts,
  };
}
