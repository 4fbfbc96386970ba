import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Component } from "./component.ts";
import { goModulesOf } from "./go-modules.ts";

/** What Go modules ask for, by the path of the module; written by `scripts/go-licences.ts`. */
export interface GoLicences {
  readonly modules: Readonly<
    Record<string, { readonly licence: string; readonly texts: readonly string[] }>
  >;
  /** By the keys that modules name. */
  readonly texts: Readonly<Record<string, string>>;
}

const FILE = join(import.meta.dirname, "..", "licences", "go-modules.json");

/**
 * Everything that is linked into a Go program.
 * @throws Error when the licence of a module is not known
 */
export function goComponents(program: string): readonly Component[] {
  const known = JSON.parse(readFileSync(FILE, "utf8")) as GoLicences;
  return goModulesOf(program).map(({ path, version }) => {
    const found = known.modules[path];
    if (found === undefined) {
      throw new Error(
        `${program} contains the Go module ${path}, whose licence is not known: run deploy/image/scripts/go-licences.ts`,
      );
    }
    return {
      name: path,
      version,
      purl: `pkg:golang/${path}@${version}`,
      licence: found.licence,
      texts: found.texts.map((key) => known.texts[key] ?? ""),
    };
  });
}
