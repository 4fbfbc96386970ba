import { MalformedError } from "./byte-reader.ts";

/** Takes a value of unknown shape; throws MalformedError that names the place of what does not fit. Pure. */
export type Parser<T> = (value: unknown, at: string) => T;

/** An object with exactly these fields; one that is absent stays absent. */
export function object<T extends object>(
  fields: {
    readonly [K in keyof T]-?: Parser<T[K]>;
  },
): Parser<T> {
  const names = Object.keys(fields) as (keyof T & string)[];
  return (value, at) => {
    const given = recordAt(value, at);
    const unknown = Object.keys(given).find((name) => !Object.hasOwn(fields, name));
    if (unknown !== undefined) throw new MalformedError(`${at}.${unknown.slice(0, 40)} is unknown`);
    const parsed = names.map((name) => [name, fields[name](given[name], `${at}.${name}`)] as const);
    return Object.fromEntries(parsed.filter(([, value]) => value !== undefined)) as T;
  };
}

export function arrayOf<T>(parse: Parser<T>, most: number): Parser<readonly T[]> {
  return (value, at) => {
    if (!Array.isArray(value) || value.length > most) {
      throw new MalformedError(`${at} is no list of at most ${most}`);
    }
    return value.map((each, index) => parse(each, `${at}[${index}]`));
  };
}

export function mapOf<T>(parse: Parser<T>, most: number): Parser<Readonly<Record<string, T>>> {
  return (value, at) => {
    const entries = Object.entries(recordAt(value, at));
    if (entries.length > most) throw new MalformedError(`${at} has more than ${most} entries`);
    return Object.fromEntries(entries.map(([name, each]) => [name, parse(each, `${at}.${name}`)]));
  };
}

export function textOf(longest: number): Parser<string> {
  return (value, at) => {
    if (typeof value === "string" && value.length <= longest) return value;
    throw new MalformedError(`${at} is no text of at most ${longest} characters`);
  };
}

export function matching(pattern: RegExp): Parser<string> {
  return (value, at) => {
    if (typeof value === "string" && pattern.test(value)) return value;
    throw new MalformedError(`${at} does not match ${pattern.source}`);
  };
}

export function oneOf<T extends string>(values: readonly T[]): Parser<T> {
  return (value, at) => {
    const found = values.find((each) => each === value);
    if (found !== undefined) return found;
    throw new MalformedError(`${at} is none of ${values.join(", ")}`);
  };
}

export function orNull<T>(parse: Parser<T>): Parser<T | null> {
  return (value, at) => (value === null ? null : parse(value, at));
}

export function optional<T>(parse: Parser<T>): Parser<T | undefined> {
  return (value, at) => (value === undefined ? undefined : parse(value, at));
}

export const flag: Parser<boolean> = (value, at) => {
  if (typeof value === "boolean") return value;
  throw new MalformedError(`${at} is neither true nor false`);
};

/** A whole number from 0 to 2^53 - 1. */
export const count: Parser<number> = (value, at) => {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw new MalformedError(`${at} is no whole number`);
};

/** A moment as `Date.toISOString` writes it. */
export const moment: Parser<string> = matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

/** 32 bytes in hex. */
export const digest: Parser<string> = matching(/^[0-9a-f]{64}$/);

function recordAt(value: unknown, at: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw new MalformedError(`${at} is no object`);
}
