/** Where a value is: keys of objects and indexes of arrays, as text. In a pattern, "*" stands for any one of them. */
export type ValuePath = readonly string[];

const PLAIN_KEY = /^[A-Za-z0-9_*-]+$/;
const SEGMENT = /(?:^|\.)([A-Za-z0-9_*-]+)|\[(\d+|\*)\]|\["([^"]*)"\]/y;

/**
 * Reads a path or pattern as people write it: `a.b[0]["key.with.dots"].*`.
 *
 * @param text - the path
 * @returns its segments, or undefined when the text is no path
 */
export function parsePath(text: string): ValuePath | undefined {
  const segments: string[] = [];
  SEGMENT.lastIndex = 0;
  while (SEGMENT.lastIndex < text.length) {
    const match = SEGMENT.exec(text);
    if (match === null) return undefined;
    segments.push(match[1] ?? match[2] ?? match[3] ?? "");
  }
  return segments.length === 0 ? undefined : segments;
}

/**
 * Writes a path as people write it.
 *
 * @param path - the path
 * @returns text that {@link parsePath} reads
 */
export function formatPath(path: ValuePath): string {
  let text = "";
  for (const segment of path) {
    if (/^\d+$/.test(segment)) text += `[${segment}]`;
    else if (PLAIN_KEY.test(segment)) text += text === "" ? segment : `.${segment}`;
    else text += `[${JSON.stringify(segment)}]`;
  }
  return text;
}

/**
 * Whether a pattern names a path or something above it.
 *
 * @param pattern - segments, "*" for any one
 * @param path - the path
 * @returns true when the path lies at or below the pattern
 */
export function covers(pattern: ValuePath, path: ValuePath): boolean {
  return pattern.length <= path.length && pattern.every((segment, i) => isSame(segment, path[i]));
}

/**
 * Whether a pattern names something below a path.
 *
 * @param pattern - segments, "*" for any one
 * @param path - the path
 * @returns true when the path lies strictly above the pattern
 */
export function isAbove(path: ValuePath, pattern: ValuePath): boolean {
  return path.length < pattern.length && path.every((segment, i) => isSame(pattern[i], segment));
}

function isSame(patternSegment: string | undefined, segment: string | undefined): boolean {
  return patternSegment === "*" || patternSegment === segment;
}
