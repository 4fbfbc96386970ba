/** JSON, as values files hold it. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };

/** Part of a JSON Schema. */
export type Schema = Readonly<Record<string, unknown>>;

/** One value of the chart. */
export interface Leaf {
  readonly kind: "leaf";
  /** A sentence, without full stop. */
  readonly description: string;
  /** What the values file has; absent: the file leaves the key out, and `defaultText` says what happens then. */
  readonly fallback?: Json;
  /** The default in words, where the values file does not have it. */
  readonly defaultText?: string;
  readonly schema: Schema;
}

/** Values that belong together. */
export interface Group {
  readonly kind: "group";
  readonly description: string;
  readonly children: Readonly<Record<string, Value>>;
}

/** A value, or values, of the chart. */
export type Value = Leaf | Group;

/** Values that belong together. */
export function group(description: string, children: Readonly<Record<string, Value>>): Group {
  return { kind: "group", description, children };
}

/** Text; the empty one means "not set". */
export function text(description: string, fallback = "", schema: Schema = {}): Leaf {
  return leaf(description, fallback, { type: "string", ...schema });
}

/** A whole number within bounds, 0 or more when none are given. */
export function integer(
  description: string,
  fallback: number,
  bounds: { readonly minimum?: number; readonly maximum?: number } = {},
): Leaf {
  return leaf(description, fallback, { type: "integer", minimum: 0, ...bounds });
}

/** True or false. */
export function toggle(description: string, fallback: boolean): Leaf {
  return leaf(description, fallback, { type: "boolean" });
}

/** One of several words. */
export function choice(description: string, fallback: string, words: readonly string[]): Leaf {
  return leaf(description, fallback, { type: "string", enum: words });
}

/** Texts. */
export function texts(
  description: string,
  fallback: readonly string[] = [],
  items: Schema = {},
): Leaf {
  return leaf(description, fallback, {
    type: "array",
    items: { type: "string", ...items },
    uniqueItems: true,
  });
}

/** Texts by name, such as labels. */
export function textMap(
  description: string,
  fallback: Readonly<Record<string, string>> = {},
): Leaf {
  return leaf(description, fallback, { type: "object", additionalProperties: { type: "string" } });
}

/** By these labels selectors find pods, and Helm its objects. */
const CHART_LABELS =
  "^(app\\.kubernetes\\.io/(name|instance|component|version|managed-by)|helm\\.sh/chart)$";

/** Labels that are added to the chart's own, none of which they may replace. */
export function labels(description: string): Leaf {
  return leaf(
    `${description}, besides the chart's own`,
    {},
    {
      type: "object",
      propertyNames: { not: { pattern: CHART_LABELS } },
      additionalProperties: { type: "string" },
    },
  );
}

/** A part of a Kubernetes object, passed on as it is; the API server checks it. */
export function part(description: string, fallback: Readonly<Record<string, Json>> = {}): Leaf {
  return leaf(description, fallback, { type: "object" });
}

/** Parts of a Kubernetes object, passed on as they are; the API server checks them. */
export function parts(description: string, fallback: readonly Json[] = []): Leaf {
  return leaf(description, fallback, { type: "array", items: { type: "object" } });
}

function leaf(description: string, fallback: Json, schema: Schema): Leaf {
  return { kind: "leaf", description, fallback, schema };
}
