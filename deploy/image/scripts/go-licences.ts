// Writes what the Go modules of programs ask for, so that building the image needs no network:
//   node deploy/image/scripts/go-licences.ts PATH-OF-HELM PATH-OF-KINE
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { GoLicences } from "../src/go-components.ts";
import { type GoModule, goModulesOf } from "../src/go-modules.ts";
import { licenceOf, licenceTexts } from "../src/licence-text.ts";

const OUTPUT = join(import.meta.dirname, "..", "licences", "go-modules.json");

const texts: Record<string, string> = {};
const modules: Record<string, GoLicences["modules"][string]> = {};
for (const module of process.argv.slice(2).flatMap(goModulesOf)) {
  const found = licenceTexts(sourceOf(module));
  const licence = licenceOf(found);
  if (licence === undefined) throw new Error(`No known licence in the sources of ${module.path}`);
  modules[module.path] = { licence, texts: found.map(keep) };
}
const licences: GoLicences = { modules, texts };
writeFileSync(OUTPUT, `${JSON.stringify(licences, undefined, 1)}\n`);

function sourceOf({ path, version }: GoModule): string {
  const answer = execFileSync("go", ["mod", "download", "-json", `${path}@${version}`], {
    encoding: "utf8",
    cwd: "/",
  });
  return (JSON.parse(answer) as { readonly Dir: string }).Dir;
}

/** Many modules share one text. */
function keep(text: string): string {
  const key = createHash("sha256").update(text).digest("hex").slice(0, 12);
  texts[key] = text;
  return key;
}
