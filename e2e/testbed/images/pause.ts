import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { VERSIONS } from "../binaries/catalog.ts";
import { requireGo } from "../binaries/go.ts";
import { runCommand } from "../host/command.ts";

/**
 * Builds the program that holds a pod's namespaces from the Kubernetes sources into the cache.
 * @returns its path
 */
export async function buildPause(directory: string): Promise<string> {
  const path = join(directory, "pause");
  if (existsSync(path)) return path;
  mkdirSync(directory, { recursive: true });
  await requireGo(import.meta.dirname);
  const module = `k8s.io/kubernetes@${VERSIONS.kubernetes}`;
  const answer = await runCommand("go", ["mod", "download", "-json", module], { cwd: "/" });
  const { Dir } = JSON.parse(answer) as { readonly Dir: string };
  const draft = `${path}.${process.pid}`;
  await runCommand("gcc", ["-Os", "-static", "-o", draft, join(Dir, "build/pause/linux/pause.c")]);
  renameSync(draft, path);
  return path;
}
