import {
  type HttpBinding,
  matchPath,
  type RequestPath,
  splitPath,
  type TemplateSegment,
} from "@open-vcluster/api";
import { Failure } from "@open-vcluster/runtime";

/** What a path leads to. */
export type Destination =
  | { readonly kind: "nowhere" }
  /** The path exists, for other HTTP methods. */
  | { readonly kind: "otherMethods"; readonly allowed: readonly string[] }
  | {
      readonly kind: "binding";
      readonly binding: HttpBinding;
      /** Values of the path by the field that they set, decoded. */
      readonly variables: ReadonlyMap<string, string>;
    };

/** Finds the binding of a request. */
export interface Routes {
  /** Whether paths with this first segment belong here at all. */
  owns(path: string): boolean;
  /** Throws `invalid` if the path is not well encoded. HEAD is served as GET where that is one answer. */
  find(verb: string, path: string): Destination;
}

const ORDER: Readonly<Record<TemplateSegment["kind"], number>> = { literal: 0, one: 1, rest: 2 };

/**
 * Creates the routes. Where two templates match a path, the one with the earlier fixed text wins.
 *
 * @throws Failure `bug` if two bindings have the same method and path
 */
export function createRoutes(bindings: readonly HttpBinding[]): Routes {
  const ordered = bindings.toSorted(bySpecificity);
  refuseTwins(ordered);
  const roots = new Set(bindings.map(({ template }) => template.text.split(/[/:]/)[1]));
  return {
    owns: (path) => roots.has(path.split("/", 2)[1]),
    find: (verb, path) => find(ordered, verb, splitPath(path)),
  };
}

function find(bindings: readonly HttpBinding[], verb: string, path: RequestPath): Destination {
  const allowed: string[] = [];
  for (const binding of bindings) {
    const variables = valuesIn(binding, path);
    if (variables === undefined) continue;
    const verbs = verbsOf(binding);
    if (verbs.includes(verb)) return { kind: "binding", binding, variables };
    allowed.push(...verbs);
  }
  if (allowed.length === 0) return { kind: "nowhere" };
  return { kind: "otherMethods", allowed: [...new Set(allowed)].toSorted() };
}

function verbsOf({ verb, method }: HttpBinding): readonly string[] {
  return verb === "GET" && method.methodKind === "unary" ? ["GET", "HEAD"] : [verb];
}

function valuesIn(
  { template }: HttpBinding,
  path: RequestPath,
): ReadonlyMap<string, string> | undefined {
  try {
    return matchPath(template, path);
  } catch (cause) {
    throw new Failure("invalid", "InvalidArgument", "Encode the path in UTF-8 with %XX", { cause });
  }
}

function bySpecificity(a: HttpBinding, b: HttpBinding): number {
  for (const [index, segment] of a.template.segments.entries()) {
    const other = b.template.segments[index];
    const difference = ORDER[segment.kind] - (other === undefined ? -1 : ORDER[other.kind]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function refuseTwins(bindings: readonly HttpBinding[]): void {
  const seen = new Set<string>();
  for (const { verb, template } of bindings) {
    const shape = template.segments.map((one) => (one.kind === "literal" ? one.text : one.kind));
    const key = JSON.stringify([verb, shape, template.verb ?? ""]);
    if (seen.has(key)) {
      throw new Failure("bug", "RouteTaken", `Two methods are bound to ${verb} ${template.text}`);
    }
    seen.add(key);
  }
}
