import { readFileSync } from "node:fs";
import { launch } from "./launch.ts";

process.exitCode = await launch({
  argv: process.argv.slice(2),
  version: versionOf(readFileSync(new URL("package.json", import.meta.url), "utf8")),
  stdout: process.stdout,
  stderr: process.stderr,
  // The bundle has each program beside this file; it sets the exit code itself.
  run: async (name) => {
    await import(new URL(`${name}.js`, import.meta.url).href);
    return process.exitCode ?? 0;
  },
});

function versionOf(packageJson: string): string {
  return (JSON.parse(packageJson) as { readonly version: string }).version;
}
