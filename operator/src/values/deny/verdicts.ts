import semver from "semver";
import type { Accepts } from "./accepts.ts";
import { ALLOWED } from "./allowed.ts";
import { INERT } from "./inert.ts";
import { OWNED } from "./owned.ts";
import { covers, isAbove, parsePath, type ValuePath } from "./path.ts";
import { REACH } from "./reach.ts";
import type { DenyGroup } from "./rules.ts";

/** What the tables say about one pattern. */
export type Verdict =
  | { readonly kind: "allow"; readonly pattern: ValuePath; readonly accepts: Accepts }
  | { readonly kind: "deny"; readonly pattern: ValuePath; readonly group: DenyGroup };

/** Every table of refusals, in the order of the reference page. */
export const DENY_GROUPS: readonly DenyGroup[] = [...OWNED, ...INERT, ...REACH];

const VERDICTS: readonly Verdict[] = [
  ...ALLOWED.flatMap(({ accepts, paths }) =>
    paths.map((path) => ({ kind: "allow" as const, pattern: patternOf(path), accepts })),
  ),
  ...DENY_GROUPS.flatMap((group) =>
    group.paths.map((path) => ({ kind: "deny" as const, pattern: patternOf(path), group })),
  ),
];

/**
 * The verdicts that count for one chart line.
 *
 * @param line - chart line, such as "0.36"
 * @returns every verdict of the tables
 */
export function verdictsFor(line: string): readonly Verdict[] {
  return VERDICTS.filter((verdict) => verdict.kind === "allow" || countsFor(verdict.group, line));
}

/**
 * The verdict on a path: the longest pattern that covers it; of two equally long ones, the one with fewer wildcards.
 *
 * @param verdicts - from {@link verdictsFor}
 * @param path - the path
 * @returns the verdict, or undefined when no table knows the path
 */
export function governing(verdicts: readonly Verdict[], path: ValuePath): Verdict | undefined {
  let best: Verdict | undefined;
  for (const verdict of verdicts) {
    if (!covers(verdict.pattern, path)) continue;
    if (best === undefined || rank(verdict) > rank(best)) best = verdict;
  }
  return best;
}

/**
 * Whether a path only leads to values that the tables know.
 *
 * @param verdicts - from {@link verdictsFor}
 * @param path - the path
 * @returns true when some pattern lies strictly below it
 */
export function isInner(verdicts: readonly Verdict[], path: ValuePath): boolean {
  return verdicts.some((verdict) => isAbove(path, verdict.pattern));
}

/**
 * Whether a refused path has allowed values below it, so that an empty object there asks for nothing.
 *
 * @param verdicts - from {@link verdictsFor}
 * @param path - the path
 * @returns true when some allowed pattern lies strictly below it
 */
export function hasAllowedBelow(verdicts: readonly Verdict[], path: ValuePath): boolean {
  return verdicts.some(({ kind, pattern }) => kind === "allow" && isAbove(path, pattern));
}

function rank(verdict: Verdict): number {
  const literals = verdict.pattern.filter((segment) => segment !== "*").length;
  return verdict.pattern.length * 100 + literals;
}

function countsFor(group: DenyGroup, line: string): boolean {
  const version = `${line}.0`;
  if (group.from !== undefined && semver.lt(version, `${group.from}.0`)) return false;
  return group.before === undefined || semver.lt(version, `${group.before}.0`);
}

function patternOf(path: string): ValuePath {
  const pattern = parsePath(path);
  if (pattern === undefined) throw new Error(`"${path}" is no path`);
  return pattern;
}
