/** What a scalar of YAML 1.1 means to go-yaml v2, which Helm reads values with. Integers are exact. */
export type ScalarValue = string | bigint | number | boolean | null;

const TAG_PREFIX = "tag:yaml.org,2002:";
const RESOLVED_TAGS: ReadonlySet<string> = new Set(["bool", "int", "float", "null", "timestamp"]);

const WORDS: ReadonlyMap<string, ScalarValue> = new Map<string, ScalarValue>([
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, null] as const),
  ...["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"].map(
    (word) => [word, true] as const,
  ),
  ...["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"].map(
    (word) => [word, false] as const,
  ),
  ...[".nan", ".NaN", ".NAN"].map((word) => [word, Number.NaN] as const),
  ...[".inf", ".Inf", ".INF"].flatMap((word) => [
    [word, Number.POSITIVE_INFINITY] as const,
    [`+${word}`, Number.POSITIVE_INFINITY] as const,
    [`-${word}`, Number.NEGATIVE_INFINITY] as const,
  ]),
]);

const INTEGER = /^([-+]?)(0[xX][0-9A-Fa-f]+|0[bB][01]+|0[oO][0-7]+|0[0-7]+|0|[1-9][0-9]*)$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const MIN_INT64 = -(2n ** 63n);
const MAX_UINT64 = 2n ** 64n - 1n;

/**
 * Reads a scalar.
 *
 * @param source - Its text without quotes.
 * @param isPlain - Whether it was written without quotes.
 * @param tag - Its tag in full, if it was written with one.
 * @returns The value, or undefined if the tag does not fit the text.
 */
export function readScalar(
  source: string,
  isPlain: boolean,
  tag: string | undefined,
): ScalarValue | undefined {
  const kind = tag?.startsWith(TAG_PREFIX) === true ? tag.slice(TAG_PREFIX.length) : undefined;
  if (kind === "binary") return decoded(source);
  if (kind === undefined || !RESOLVED_TAGS.has(kind)) {
    return isPlain && tag === undefined ? resolved(source) : source;
  }
  if (kind === "timestamp") return source;
  const value = resolved(source);
  return kindOf(value) === kind || (kind === "float" && typeof value === "bigint")
    ? value
    : undefined;
}

function resolved(source: string): ScalarValue {
  const word = WORDS.get(source);
  if (word !== undefined) return word;
  // Base 60 is no number to go-yaml, and a time stays text.
  if (/^[-+0-9]/.test(source))
    return integerOf(source) ?? floatOf(source.replaceAll("_", "")) ?? source;
  return source.startsWith(".") ? (floatOf(source) ?? source) : source;
}

function integerOf(source: string): bigint | undefined {
  const [, sign, digits] = INTEGER.exec(source.replaceAll("_", "")) ?? [];
  if (digits === undefined) return undefined;
  const magnitude = BigInt(digits.replace(/^0(?=[0-7])/, "0o").toLowerCase());
  const value = sign === "-" ? -magnitude : magnitude;
  return value >= MIN_INT64 && value <= MAX_UINT64 ? value : undefined;
}

function floatOf(source: string): number | undefined {
  const value = FLOAT.test(source) ? Number(source) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

const KINDS: Readonly<Record<string, string>> = {
  boolean: "bool",
  bigint: "int",
  number: "float",
  string: "str",
};

function kindOf(value: ScalarValue): string {
  return value === null ? "null" : (KINDS[typeof value] ?? "");
}

function decoded(source: string): string | undefined {
  const packed = source.replace(/\s/g, "");
  const isBase64 = /^[A-Za-z0-9+/]*={0,2}$/.test(packed) && packed.length % 4 === 0;
  return isBase64 ? Buffer.from(packed, "base64").toString("utf8") : undefined;
}
