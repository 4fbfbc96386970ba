/** One environment variable: how it is read, and what the documentation says of it. */
export interface Variable<T> {
  readonly name: string;
  /** One sentence for help and documentation. */
  readonly help: string;
  /** What is allowed, in words. */
  readonly allowed: string;
  /** The default as text; absent: the variable must be set, unless it is optional. */
  readonly fallback?: string | undefined;
  readonly isOptional: boolean;
  /** JSON Schema of the value where it is written as data, such as in the values of a chart. */
  readonly schema: VariableSchema;
  /** The value, or `undefined` when the text is not allowed. */
  readonly parse: (text: string) => T | undefined;
}

/** The part of JSON Schema that describes variables. */
export interface VariableSchema {
  readonly type: "string" | "integer" | "boolean" | "array";
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly items?: { readonly type: "string" };
}

/** Name and help of a variable; `fallback` is the default as text. */
export interface VariableSpec {
  readonly name: string;
  readonly help: string;
  readonly fallback?: string | undefined;
}

/** A table of variables: property of the configuration to variable. */
export type VariableTable = Readonly<Record<string, Variable<unknown>>>;

/** The configuration that a table describes. */
export type ConfigOf<V extends VariableTable> = {
  readonly [K in keyof V]: V[K] extends Variable<infer T> ? T : never;
};

/** The table that describes a configuration. */
export type VariablesOf<C> = { readonly [K in keyof C]: Variable<C[K]> };

/** One variable that cannot be used. */
export interface ConfigFault {
  readonly variable: string;
  /** The text that was found, or that there was none. */
  readonly found: string;
  readonly allowed: string;
}

/** A whole configuration, or everything that is wrong with it. */
export type ConfigResult<V extends VariableTable> =
  | { readonly config: ConfigOf<V>; readonly faults?: undefined }
  | { readonly config?: undefined; readonly faults: readonly ConfigFault[] };

/** Reads all variables and reports all faults together; an empty variable counts as not set. Pure. */
export function parseConfig<V extends VariableTable>(
  table: V,
  env: Readonly<Record<string, string | undefined>>,
): ConfigResult<V> {
  const faults: ConfigFault[] = [];
  const config: Record<string, unknown> = {};
  for (const [property, variable] of Object.entries(table)) {
    const text = env[variable.name];
    const found = text === undefined || text === "" ? variable.fallback : text;
    if (found === undefined) {
      if (variable.isOptional) config[property] = undefined;
      else faults.push(faultOf(variable, "not set"));
      continue;
    }
    const value = variable.parse(found);
    if (value === undefined) faults.push(faultOf(variable, `"${found.slice(0, 100)}"`));
    else config[property] = value;
  }
  return faults.length > 0 ? { faults } : { config: config as ConfigOf<V> };
}

/** A fault as a line for people. Pure. */
export function describeFault(fault: ConfigFault): string {
  return `${fault.variable} is ${fault.found}; allowed: ${fault.allowed}`;
}

/** Any text that is not empty. */
export function textVariable(spec: VariableSpec): Variable<string> {
  return required(spec, { allowed: "text", schema: { type: "string" } }, (text) => text);
}

/** A whole number between `min` and `max`. */
export function integerVariable(
  spec: VariableSpec & { readonly min: number; readonly max: number },
): Variable<number> {
  const { min, max } = spec;
  const allowed = `a whole number from ${min} to ${max}`;
  const schema = { type: "integer", minimum: min, maximum: max } as const;
  return required(spec, { allowed, schema }, (text) => {
    const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? value : undefined;
  });
}

/** A duration such as `500ms`, `30s` or `1h30m`, in milliseconds. */
export function durationVariable(
  spec: VariableSpec & { readonly minMs: number; readonly maxMs: number },
): Variable<number> {
  const { minMs, maxMs } = spec;
  const allowed = `a duration such as 500ms, 30s or 1h30m, from ${minMs} ms to ${maxMs} ms`;
  const schema = { type: "string", pattern: DURATION.source } as const;
  return required(spec, { allowed, schema }, (text) => {
    const value = durationMs(text);
    return value !== undefined && value >= minMs && value <= maxMs ? value : undefined;
  });
}

/** One of the given words. */
export function choiceVariable<const C extends string>(
  spec: VariableSpec & { readonly choices: readonly C[] },
): Variable<C> {
  const { choices } = spec;
  const form = { allowed: choices.join(", "), schema: { type: "string", enum: choices } } as const;
  return required(spec, form, (text) => choices.find((choice) => choice === text));
}

/** `true` or `false`. */
export function booleanVariable(spec: VariableSpec): Variable<boolean> {
  return required(spec, { allowed: "true, false", schema: { type: "boolean" } }, (text) =>
    text === "true" ? true : text === "false" ? false : undefined,
  );
}

/** Items between commas, of which the whole list must be allowed; spaces around them and empty ones are dropped. */
export function listVariable(
  spec: VariableSpec & {
    readonly allowed: string;
    readonly isAllowed: (items: readonly string[]) => boolean;
  },
): Variable<readonly string[]> {
  const schema = { type: "array", items: { type: "string" } } as const;
  return required(spec, { allowed: spec.allowed, schema }, (text) => {
    const items = text
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== "");
    return spec.isAllowed(items) ? items : undefined;
  });
}

/** The same variable, `undefined` when it is not set. */
export function optionalVariable<T>(variable: Variable<T>): Variable<T | undefined> {
  return { ...variable, isOptional: true };
}

function required<T>(
  spec: VariableSpec,
  form: Pick<Variable<T>, "allowed" | "schema">,
  parse: (text: string) => T | undefined,
): Variable<T> {
  const { name, help, fallback } = spec;
  return { name, help, ...form, fallback, isOptional: false, parse };
}

function faultOf(variable: Variable<unknown>, found: string): ConfigFault {
  return { variable: variable.name, found, allowed: variable.allowed };
}

const DURATION = /^(\d{1,9}(ms|s|m|h))+$/;
const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function durationMs(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+)(ms|s|m|h)/g)];
  return parts.reduce(
    (sum, [, digits, unit = ""]) => sum + Number(digits) * (unitMs[unit] ?? 0),
    0,
  );
}
