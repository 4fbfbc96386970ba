import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Component } from "./component.ts";
import type { SharedLibrary } from "./shared-libraries.ts";

/** What the copyright files say, in SPDX's words. */
const LICENCES: Readonly<Record<string, string>> = {
  libc6: "LGPL-2.1-or-later",
  "libgcc-s1": "GPL-3.0-or-later WITH GCC-exception-3.1",
  "libstdc++6": "GPL-3.0-or-later WITH GCC-exception-3.1",
};
/** SPDX's word for what nobody looked up. */
const UNKNOWN = "NOASSERTION";

/**
 * The Debian package that a library comes from. On a system without Debian packages only the library's name is known;
 * such an image is good for tests.
 */
export function systemComponent({ path, file }: SharedLibrary): Component {
  const found = debianPackage(path) ?? debianPackage(file);
  if (found === undefined) {
    const name = basename(path);
    return { name, version: "", purl: `pkg:generic/${name}`, licence: UNKNOWN, texts: [] };
  }
  const { name, version, architecture } = found;
  return {
    name,
    version,
    purl: `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${architecture}`,
    licence: LICENCES[name] ?? UNKNOWN,
    texts: copyrightOf(name),
  };
}

/** What the package says, and the common licences that it refers to instead of repeating them. */
function copyrightOf(name: string): readonly string[] {
  const text = readFileSync(`/usr/share/doc/${name}/copyright`, "utf8");
  const common = new Set(
    text.match(/\/usr\/share\/common-licenses\/[A-Za-z]+(?:-\d+(?:\.\d+)*)?/g),
  );
  return [text, ...[...common].sort().map((path) => readFileSync(path, "utf8"))].map((each) =>
    each.trim(),
  );
}

interface DebianPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
}

function debianPackage(path: string): DebianPackage | undefined {
  // It answers `libc6:amd64: /lib/…`.
  const owner = query("--search", path)?.split(": ")[0];
  if (owner === undefined) return undefined;
  const shown = query("--show", "--showformat=${Package} ${Version} ${Architecture}", owner);
  const [name = "", version = "", architecture = ""] = shown?.split(" ") ?? [];
  return { name, version, architecture };
}

function query(...args: readonly string[]): string | undefined {
  try {
    return execFileSync("dpkg-query", args, {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  } catch {
    return undefined;
  }
}
