/** One segment of a path template: a fixed text, `*` (one segment) or `**` (all that remain). */
export type TemplateSegment =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "one" }
  | { readonly kind: "rest" };

/** A variable of a path template and the segments that it takes. */
export interface TemplateVariable {
  /** Field of the request in proto names, such as `name` or `snapshot.id`. */
  readonly field: string;
  /** Its first segment. */
  readonly from: number;
  /** Segments that it takes; the last of them may be `**`. */
  readonly count: number;
}

/** A path of a `google.api.http` annotation, such as `/v1/{name=things/*}:stop`. */
export interface PathTemplate {
  readonly text: string;
  readonly segments: readonly TemplateSegment[];
  readonly variables: readonly TemplateVariable[];
  /** The word after the colon; absent: none. */
  readonly verb?: string;
}

/** The path of a request, cut at its slashes and still percent-encoded. */
export interface RequestPath {
  readonly segments: readonly string[];
  /** What follows the last colon of the last segment. A colon within a value is written `%3A`. */
  readonly verb?: string;
}

const SEGMENTS = /^(?:\*\*?|[\w.~-]+)(?:\/(?:\*\*?|[\w.~-]+))*$/;
const PART = /\/(?:\{(?<field>[\w.]+)(?:=(?<inner>[^{}]+))?\}|(?<plain>[^/{}:]+))/g;

/**
 * Reads a path template.
 *
 * @throws Error with the template that does not follow the grammar of google/api/http.proto
 */
export function parsePathTemplate(text: string): PathTemplate {
  const [, path, verb] =
    /^((?:\/(?:\{[\w.]+(?:=[^{}]+)?\}|[^/{}:]+))+)(?::([\w-]+))?$/.exec(text) ?? [];
  if (path === undefined) throw new Error(`"${text}" is not a path template`);
  const segments: TemplateSegment[] = [];
  const variables: TemplateVariable[] = [];
  for (const { groups } of path.matchAll(PART)) {
    const inner = segmentsOf(groups?.["inner"] ?? groups?.["plain"] ?? "*", text);
    const field = groups?.["field"];
    if (field !== undefined) {
      variables.push({ field, from: segments.length, count: inner.length });
    }
    segments.push(...inner);
  }
  if (segments.slice(0, -1).some(({ kind }) => kind === "rest")) {
    throw new Error(`"${text}" has ** before its end`);
  }
  return { text, segments, variables, ...(verb !== undefined && { verb }) };
}

/** Cuts the path of a request, without its query. */
export function splitPath(path: string): RequestPath {
  const segments = path.slice(1).split("/");
  const last = segments.at(-1) ?? "";
  const colon = last.lastIndexOf(":");
  if (colon < 0) return { segments };
  return {
    segments: [...segments.slice(0, -1), last.slice(0, colon)],
    verb: last.slice(colon + 1),
  };
}

/**
 * Values of the template's variables, percent-decoded once; `%2F` stays within its segment. In a
 * variable of several segments an encoded slash stays encoded, so that it differs from a separator.
 *
 * @returns absent if the path does not match
 * @throws URIError if the percent-encoding of a value is broken
 */
export function matchPath(
  template: PathTemplate,
  path: RequestPath,
): ReadonlyMap<string, string> | undefined {
  if (template.verb !== path.verb || !fits(template.segments, path.segments)) return undefined;
  return new Map(
    template.variables.map(({ field, from, count }) => {
      const endsOpen = template.segments[from + count - 1]?.kind === "rest";
      const taken = path.segments.slice(from, endsOpen ? undefined : from + count);
      const isSingle = count === 1 && !endsOpen;
      return [field, taken.map((raw) => decode(raw, isSingle)).join("/")];
    }),
  );
}

function segmentsOf(text: string, template: string): readonly TemplateSegment[] {
  if (!SEGMENTS.test(text)) throw new Error(`"${template}" is not a path template`);
  return text.split("/").map((part): TemplateSegment => {
    if (part === "*") return { kind: "one" };
    return part === "**" ? { kind: "rest" } : { kind: "literal", text: part };
  });
}

function fits(wanted: readonly TemplateSegment[], found: readonly string[]): boolean {
  const isOpen = wanted.at(-1)?.kind === "rest";
  const fixed = isOpen ? wanted.slice(0, -1) : wanted;
  if (isOpen ? found.length < fixed.length : found.length !== fixed.length) return false;
  return fixed.every((segment, index) => {
    const text = found[index] ?? "";
    return segment.kind === "literal" ? text === segment.text : text !== "";
  });
}

function decode(raw: string, isSingle: boolean): string {
  return decodeURIComponent(isSingle ? raw : raw.replace(/%2f/gi, "%252F"));
}
