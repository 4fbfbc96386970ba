import { Failure } from "../failure.ts";

/** One environment variable: how it is read, and what the documentation says of it. */
export interface Variable<T> {
  readonly name: string;
  /** One sentence for help and documentation. */
  readonly help: string;
  /** What is allowed, in words. */
  readonly allowed: string;
  /** The default as text; absent: the variable must be set, unless `optional`. */
  readonly fallback?: string;
  readonly optional: boolean;
  /** Throws an Error when the text is not allowed. */
  readonly parse: (text: string) => T;
}

/** A table of variables: property of the configuration to variable. */
export type VariableTable = Readonly<Record<string, Variable<unknown>>>;

/** The configuration that a table describes. */
export type ConfigOf<V extends VariableTable> = {
  readonly [K in keyof V]: V[K] extends Variable<infer T> ? T : never;
};

/** One variable that cannot be used. */
export interface ConfigFault {
  readonly variable: string;
  readonly found: string;
  readonly allowed: string;
}

/** Reads all variables and reports all faults together. Pure. */
export function parseConfig<V extends VariableTable>(
  _table: V,
  _env: Readonly<Record<string, string | undefined>>,
): { readonly config: ConfigOf<V> } | { readonly faults: readonly ConfigFault[] } {
  throw new Failure("bug", "NotBuilt", "not built");
}

/** Name and help of a variable; `fallback` is the default as text, `optional` makes absence `undefined`. */
export interface VariableSpec {
  readonly name: string;
  readonly help: string;
  readonly fallback?: string;
}

/** Any text that is not empty. */
export function textVariable(_spec: VariableSpec): Variable<string> {
  throw new Failure("bug", "NotBuilt", "not built");
}
/** A whole number between `min` and `max`. */
export function integerVariable(
  _spec: VariableSpec & { readonly min: number; readonly max: number },
): Variable<number> {
  throw new Failure("bug", "NotBuilt", "not built");
}
/** A duration such as `500ms`, `30s`, `5m`, `1h30m`, in milliseconds. */
export function durationVariable(
  _spec: VariableSpec & { readonly minMs: number; readonly maxMs: number },
): Variable<number> {
  throw new Failure("bug", "NotBuilt", "not built");
}
/** One of the given words. */
export function choiceVariable<const C extends string>(
  _spec: VariableSpec & { readonly choices: readonly C[] },
): Variable<C> {
  throw new Failure("bug", "NotBuilt", "not built");
}
/** `true` or `false`. */
export function booleanVariable(_spec: VariableSpec): Variable<boolean> {
  throw new Failure("bug", "NotBuilt", "not built");
}
/** Comma-separated items without empty ones. */
export function listVariable(_spec: VariableSpec): Variable<readonly string[]> {
  throw new Failure("bug", "NotBuilt", "not built");
}
/** The same variable, `undefined` when it is not set. */
export function optionalVariable<T>(_variable: Variable<T>): Variable<T | undefined> {
  throw new Failure("bug", "NotBuilt", "not built");
}
