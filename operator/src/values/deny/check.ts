import { findChartLine } from "../chart-versions.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { malformedKey, malformedText, malformedWhole, NOT_AN_OBJECT } from "./malformed.ts";
import { covers, formatPath, parsePath, type ValuePath } from "./path.ts";
import type { CheckOptions, Refusal } from "./refusal.ts";
import { governing, hasAllowedBelow, isInner, type Verdict, verdictsFor } from "./verdicts.ts";

interface Walk {
  readonly verdicts: readonly Verdict[];
  readonly allowed: readonly ValuePath[];
  readonly found: Map<string, Refusal>;
}

/**
 * Checks raw values path by path. What no table knows is refused, so a new chart version opens nothing by itself.
 *
 * @param values - `spec.values`
 * @param options - chart version and what the operator's configuration lets through
 * @returns every refusal, one for each refused path; empty when the values may be rendered
 */
export function checkValues(values: JsonObject, options: CheckOptions): readonly Refusal[] {
  const whole = malformedWhole(values);
  if (whole !== undefined) return [whole];
  const line = findChartLine(options.chartVersion)?.line ?? "0.36";
  const walk: Walk = {
    verdicts: verdictsFor(line),
    allowed: options.allowed.flatMap((text) => {
      const pattern = parsePath(text);
      return pattern === undefined ? [] : [pattern];
    }),
    found: new Map(),
  };
  visit(walk, [], values);
  return [...walk.found.values()];
}

function visit(walk: Walk, path: ValuePath, value: JsonValue): void {
  const children = childrenOf(value);
  if (children.length === 0 && path.length > 0) {
    const refusal = judge(walk, path, value);
    if (refusal !== undefined && !walk.found.has(refusal.path))
      walk.found.set(refusal.path, refusal);
    return;
  }
  for (const [key, child] of children) visit(walk, [...path, key], child);
}

function childrenOf(value: JsonValue): readonly (readonly [string, JsonValue])[] {
  if (Array.isArray(value)) return value.map((item, i) => [String(i), item as JsonValue] as const);
  return isJsonObject(value) ? Object.entries(value) : [];
}

function judge(walk: Walk, path: ValuePath, value: JsonValue): Refusal | undefined {
  const verdict = governing(walk.verdicts, path);
  if (verdict === undefined) return judgeUngoverned(walk, path, value);
  if (verdict.kind === "allow") return judgeAllowed(walk, path, value, verdict);
  if (isEmptyObject(value) && hasAllowedBelow(walk.verdicts, path)) return undefined;
  if (verdict.group.class === "reach" && isWidened(walk, path)) {
    return malformedTemplate(path, value);
  }
  const { reason, advice } = verdict.group;
  const refused = namedPath(path, verdict.pattern.length);
  return { path: formatPath(refused), class: verdict.group.class, reason, advice };
}

/** What the author wrote, down to the first list: entries of a list are refused as one. */
function namedPath(path: ValuePath, atLeast: number): ValuePath {
  const list = path.findIndex((key, depth) => depth >= atLeast && /^\d+$/.test(key));
  return list < 0 ? path : path.slice(0, list);
}

// An object that is there but empty changes nothing; anything else in its place would delete what lies below.
function judgeUngoverned(walk: Walk, path: ValuePath, value: JsonValue): Refusal | undefined {
  if (isInner(walk.verdicts, path)) {
    return isEmptyObject(value) ? undefined : { path: formatPath(path), ...NOT_AN_OBJECT };
  }
  if (isWidened(walk, path)) return malformedTemplate(path, value);
  return {
    path: formatPath(path),
    class: "reach",
    reason:
      "The operator does not know this value, and what it does not know it does not let through.",
    advice:
      "Check its spelling and place against the chart's values.yaml, or ask the administrator to allow this path.",
  };
}

function judgeAllowed(
  walk: Walk,
  path: ValuePath,
  value: JsonValue,
  verdict: Extract<Verdict, { kind: "allow" }>,
): Refusal | undefined {
  if (verdict.accepts.isOpaque === true) return undefined;
  const malformed = malformedKey(path) ?? malformedText(path, value);
  if (malformed !== undefined) return malformed;
  if (isNeutral(value) || isWidened(walk, path)) return undefined;
  if (verdict.accepts.test({ key: path.at(-1) ?? "", value })) return undefined;
  return {
    path: formatPath(path),
    class: "reach",
    reason: `Allowed here: ${verdict.accepts.description}.`,
    advice:
      "Change or remove it, or ask the administrator to allow this path in the operator's configuration.",
  };
}

/** `null`, `{}` and `[]` return to the chart's default or add nothing. */
function isNeutral(value: JsonValue): boolean {
  return value === null || (typeof value === "object" && Object.keys(value).length === 0);
}

function isEmptyObject(value: JsonValue): boolean {
  return isJsonObject(value) && Object.keys(value).length === 0;
}

function isWidened(walk: Walk, path: ValuePath): boolean {
  return walk.allowed.some((pattern) => covers(pattern, path));
}

// Some of these paths go through Helm's tpl, where an expression could read any object of the host.
function malformedTemplate(path: ValuePath, value: JsonValue): Refusal | undefined {
  return typeof value === "string" && value.includes("{{") ? malformedText(path, value) : undefined;
}
