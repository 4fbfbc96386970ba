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

/** A whole number. */
export function integer(description: string, fallback: number, minimum = 0): Leaf {
  return leaf(description, fallback, { type: "integer", minimum });
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
