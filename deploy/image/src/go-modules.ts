import { readFileSync } from "node:fs";

/** A Go module that is linked into a program, or the one that the program itself is part of. */
export interface GoModule {
  readonly path: string;
  /** With its leading `v`. */
  readonly version: string;
}

/** Where Go's linker says what it linked: https://pkg.go.dev/debug/buildinfo */
const MAGIC = Buffer.from("\xff Go buildinf:", "latin1");
const ALIGNMENT = 16;
const HEADER_BYTES = 32;
const FLAGS_OFFSET = 15;
const HAS_INLINE_STRINGS = 2;
/** The module list lies between two marks of this length. */
const MARK_BYTES = 16;

/**
 * The modules of a program that Go 1.18 or newer built, by path.
 * @throws Error when it is no such program
 */
export function goModulesOf(program: string): readonly GoModule[] {
  const content = readFileSync(program);
  for (let at = content.indexOf(MAGIC); at >= 0; at = content.indexOf(MAGIC, at + 1)) {
    if (at % ALIGNMENT !== 0 || content[at + FLAGS_OFFSET] !== HAS_INLINE_STRINGS) continue;
    const version = inlineString(content, at + HEADER_BYTES);
    const modules = inlineString(content, version.end);
    return modulesIn(modules.bytes.subarray(MARK_BYTES, -MARK_BYTES).toString());
  }
  throw new Error(`${program} does not say which Go modules it was built from`);
}

/** Pure. */
export function modulesIn(lines: string): readonly GoModule[] {
  const modules: GoModule[] = [];
  for (const line of lines.split("\n")) {
    const [kind, path = "", version = ""] = line.split("\t");
    // The line after a module says by what it was replaced.
    if (kind === "=>") modules.pop();
    if (kind === "mod" || kind === "dep" || kind === "=>") modules.push({ path, version });
  }
  return modules.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function inlineString(
  content: Buffer,
  start: number,
): { readonly bytes: Buffer; readonly end: number } {
  let length = 0;
  let at = start;
  for (let shift = 0; ; shift += 7) {
    const byte = content[at++] ?? 0;
    length += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  return { bytes: content.subarray(at, at + length), end: at + length };
}
