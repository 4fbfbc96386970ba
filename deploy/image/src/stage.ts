import { chmodSync, copyFileSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type LayerEntry, withParents } from "./oci/layer.ts";

/** Writes the files of a layer into a directory, which is made; what a Dockerfile then copies. */
export function stageLayer(directory: string, entries: readonly LayerEntry[]): void {
  mkdirSync(directory, { recursive: true });
  for (const entry of withParents(entries)) stageEntry(directory, entry);
}

function stageEntry(directory: string, entry: LayerEntry): void {
  const path = join(directory, entry.path);
  switch (entry.kind) {
    case "directory":
      mkdirSync(path);
      break;
    case "file":
      copyFileSync(entry.source, path);
      break;
    case "text":
      writeFileSync(path, entry.text);
      break;
    case "symlink":
      symlinkSync(entry.target, path);
      return;
    case "hardlink":
      linkSync(join(directory, entry.target), path);
      return;
  }
  // Not when it is made: the umask of whoever builds would be taken off.
  chmodSync(path, entry.mode);
}
