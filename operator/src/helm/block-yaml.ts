/**
 * Edits block-style YAML in place, line by line, so that whatever is not touched keeps its bytes and so its meaning in
 * every YAML version. It leans on one rule of YAML: inside a block mapping, everything that belongs to an entry is
 * indented deeper than the entry's key, but for the dashes of a sequence. Anything else is refused.
 *
 * A YAML library is not used because this runs inside Helm's post-renderer, where loading one takes three times as
 * long as all the rest.
 */

/** One `key: value` of a block mapping. Line numbers are indexes into the text's lines. */
export interface BlockEntry {
  readonly key: string;
  readonly line: number;
  /** The line after the last one that belongs to this entry. */
  readonly end: number;
  readonly indent: number;
  /** What stands behind the colon on the same line, trimmed, without a trailing comment. */
  readonly inline: string;
}

/** Part of a text: lines from `from` up to and without `to`. */
export interface LineRange {
  readonly from: number;
  readonly to: number;
}

/** Replaces the lines `from` up to and without `to` by `lines`; an empty range inserts. */
export interface LineEdit extends LineRange {
  readonly lines: readonly string[];
}

const KEY =
  /^(?:"([^"\\]+)"|'([^']+)'|([^\s"'#&*!|>%@`{}[\],:-][^\s:]*(?::[^\s:]+)*|-[^\s:]+))\s*:(?:\s+(.*))?$/;

/** The entries of the block mapping in a range; none if the range holds no content. Throws on any other node. */
export function entriesOf(lines: readonly string[], range: LineRange): readonly BlockEntry[] {
  const first = nextContent(lines, range);
  if (first === undefined) return [];
  const indent = indentOf(textAt(lines, first));
  const starts: Omit<BlockEntry, "end">[] = [];
  for (let line = first; line < range.to; line++) {
    const text = textAt(lines, line);
    if (!isContent(text) || indentOf(text) > indent) continue;
    if (isDash(text, indent) && starts.length > 0) continue;
    starts.push(entryAt(text, line, indent));
  }
  return starts.map((entry, at) => ({ ...entry, end: starts[at + 1]?.line ?? range.to }));
}

/** The lines below an entry's key: its value when that is a block. */
export function bodyOf(entry: BlockEntry): LineRange {
  return { from: entry.line + 1, to: entry.end };
}

/**
 * Splits a block sequence of mappings.
 *
 * @returns The lines with each item's dash blanked, for reading with {@link entriesOf}, and the range of each item.
 */
export function itemsOf(
  lines: readonly string[],
  range: LineRange,
): { readonly lines: readonly string[]; readonly items: readonly LineRange[] } {
  const first = nextContent(lines, range);
  if (first === undefined) return { lines, items: [] };
  const indent = indentOf(textAt(lines, first));
  const starts: number[] = [];
  for (let line = first; line < range.to; line++) {
    if (isDash(textAt(lines, line), indent)) starts.push(line);
  }
  const blanked = [...lines];
  for (const line of starts) blanked[line] = textAt(lines, line).replace("-", " ");
  const items = starts.map((from, at) => ({ from, to: starts[at + 1] ?? range.to }));
  return { lines: blanked, items };
}

/**
 * Sets entries of the mapping that is the value of `entry`, an empty one included.
 *
 * @param values - New values by key, as YAML text.
 */
export function setEntries(
  lines: readonly string[],
  entry: BlockEntry,
  values: Readonly<Record<string, string>>,
): readonly LineEdit[] {
  if (entry.inline !== "") {
    if (!/^(\{\s*\}|~|null|Null|NULL)$/.test(entry.inline)) throw unexpected(lines, entry.line);
    const key = textAt(lines, entry.line).slice(0, colonOf(lines, entry) + 1);
    const added = entryLines(values, entry.indent + 2);
    return [{ from: entry.line, to: entry.end, lines: [key, ...added] }];
  }
  const existing = entriesOf(lines, bodyOf(entry));
  const indent = existing[0]?.indent ?? entry.indent + 2;
  if (indent <= entry.indent) throw unexpected(lines, entry.line);
  return mergeEntries(existing, values, { line: entry.line + 1, indent });
}

/** Sets entries of a mapping whose entries are known and not empty. */
export function setAmong(
  existing: readonly [BlockEntry, ...BlockEntry[]],
  values: Readonly<Record<string, string>>,
): readonly LineEdit[] {
  const { line, indent } = existing[0];
  return mergeEntries(existing, values, { line, indent });
}

/** Applies edits that do not overlap, in any order. Edits at the same place keep their order. */
export function applyEdits(
  lines: readonly string[],
  edits: readonly LineEdit[],
): readonly string[] {
  const result: string[] = [];
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.from - b.from || a.to - b.to)) {
    result.push(...lines.slice(at, edit.from), ...edit.lines);
    at = edit.to;
  }
  result.push(...lines.slice(at));
  return result;
}

function mergeEntries(
  existing: readonly BlockEntry[],
  values: Readonly<Record<string, string>>,
  place: { readonly line: number; readonly indent: number },
): readonly LineEdit[] {
  const known = new Map(existing.map((entry) => [entry.key, entry]));
  const added = Object.entries(values).filter(([key]) => !known.has(key));
  const replaced = Object.entries(values).flatMap(([key, value]) => {
    const entry = known.get(key);
    if (entry === undefined) return [];
    return [{ from: entry.line, to: entry.end, lines: entryLines({ [key]: value }, entry.indent) }];
  });
  const insertion = {
    from: place.line,
    to: place.line,
    lines: entryLines(Object.fromEntries(added), place.indent),
  };
  return [insertion, ...replaced];
}

function entryLines(values: Readonly<Record<string, string>>, indent: number): readonly string[] {
  return Object.entries(values).map(([key, value]) => `${" ".repeat(indent)}${key}: ${value}`);
}

function entryAt(text: string, line: number, indent: number): Omit<BlockEntry, "end"> {
  const match = indentOf(text) === indent ? KEY.exec(text.slice(indent)) : null;
  const key = match?.[1] ?? match?.[2] ?? match?.[3];
  if (key === undefined) throw unexpected([text], 0, line);
  return { key, line, indent, inline: withoutComment(match?.[4] ?? "") };
}

function withoutComment(value: string): string {
  return (value.startsWith("#") ? "" : value.replace(/\s+#.*$/, "")).trim();
}

function colonOf(lines: readonly string[], entry: BlockEntry): number {
  const text = textAt(lines, entry.line);
  return text.indexOf(":", entry.indent + entry.key.length);
}

function nextContent(lines: readonly string[], range: LineRange): number | undefined {
  for (let line = range.from; line < range.to; line++) {
    if (isContent(textAt(lines, line))) return line;
  }
  return undefined;
}

function isContent(text: string): boolean {
  const trimmed = text.trim();
  return trimmed !== "" && !trimmed.startsWith("#");
}

function isDash(text: string, indent: number): boolean {
  return indentOf(text) === indent && /^-(\s|$)/.test(text.slice(indent));
}

function indentOf(text: string): number {
  return text.length - text.trimStart().length;
}

function textAt(lines: readonly string[], line: number): string {
  return lines[line] ?? "";
}

function unexpected(lines: readonly string[], line: number, shownAs: number = line): Error {
  // Only the shape: the text of a line may be a value that nobody should read in a log.
  const shape = textAt(lines, line)
    .replace(/[^\s:{}[\]"'#&*!|>-]/g, "x")
    .slice(0, 60);
  return new Error(`line ${shownAs + 1} is not plain block YAML (${shape})`);
}
