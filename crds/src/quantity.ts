/** How a quantity was written, which decides how it is written again. */
export type QuantityFormat = "decimalSI" | "binarySI" | "decimalExponent";

/** An exact amount, as Kubernetes keeps it: down to one billionth. */
export interface Quantity {
  readonly nanos: bigint;
  readonly format: QuantityFormat;
}

interface Suffix {
  readonly base: 2n | 10n;
  readonly exponent: number;
  readonly format: QuantityFormat;
}

interface Parts {
  readonly negative: boolean;
  readonly whole: string;
  readonly fraction: string;
  readonly suffix: string;
}

// The scanner of k8s.io/apimachinery, pkg/api/resource, parseQuantityString: digits may be missing.
const SHAPE = /^([+-]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/;
const DECIMAL = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"] as const;
const BINARY = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"] as const;
const NANOS = 1_000_000_000n;
const MAX_INT64 = 2n ** 63n - 1n;
const MAX_TEXT_LENGTH = 64;
const MAX_EXPONENT = 64;

/**
 * Reads a quantity such as `500m`, `1.5Gi`, `1e3` or the number 2.
 *
 * Amounts finer than one billionth are rounded away from zero and binary ones are capped at
 * 2^63-1, as Kubernetes does. Texts longer than 64 characters and exponents beyond ±64, which
 * Kubernetes would still read, are refused.
 *
 * @returns The quantity, or undefined if the text is none.
 */
export function parseQuantity(input: string | number): Quantity | undefined {
  const parts = split(String(input));
  const suffix = parts === undefined ? undefined : readSuffix(parts.suffix);
  if (parts === undefined || suffix === undefined) return undefined;
  const digits = BigInt(`0${parts.whole}${parts.fraction}`);
  const magnitude = capped(scaled(digits, parts.fraction.length, suffix), suffix.format);
  // Kubernetes writes a binary fraction below one as a decimal, so that it need not be rounded.
  const fractional = suffix.format === "binarySI" && magnitude > 0n && magnitude < NANOS;
  return {
    nanos: parts.negative ? -magnitude : magnitude,
    format: fractional ? "decimalSI" : suffix.format,
  };
}

/** Writes the canonical form: no fraction, the largest suffix that loses nothing. */
export function formatQuantity(quantity: Quantity): string {
  const { nanos, format } = quantity;
  if (nanos === 0n) return "0";
  const units = nanos / NANOS;
  const binary =
    format === "binarySI" && nanos % NANOS === 0n && (units >= 1024n || units <= -1024n);
  if (binary) {
    const { mantissa, steps } = divideOut(units, 1024n, BINARY.length - 1);
    return `${mantissa}${BINARY[steps] ?? ""}`;
  }
  const limit = format === "decimalExponent" ? Number.POSITIVE_INFINITY : DECIMAL.length - 1;
  const { mantissa, steps } = divideOut(nanos, 1000n, limit);
  if (format !== "decimalExponent") return `${mantissa}${DECIMAL[steps] ?? ""}`;
  const exponent = steps * 3 - 9;
  return exponent === 0 ? String(mantissa) : `${mantissa}e${exponent}`;
}

/** -1, 0 or 1 when a is less than, equal to or greater than b. */
export function compareQuantities(a: Quantity, b: Quantity): -1 | 0 | 1 {
  if (a.nanos === b.nanos) return 0;
  return a.nanos < b.nanos ? -1 : 1;
}

/** The sum, in the format of the first unless that is zero. */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  return { nanos: a.nanos + b.nanos, format: a.nanos === 0n ? b.format : a.format };
}

function split(text: string): Parts | undefined {
  const match = text === "" || text.length > MAX_TEXT_LENGTH ? null : SHAPE.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = "", fraction = "", suffix = ""] = match;
  return { negative: sign === "-", whole, fraction, suffix };
}

function readSuffix(text: string): Suffix | undefined {
  const decimal = DECIMAL.findIndex((suffix) => suffix === text);
  if (decimal >= 0) return { base: 10n, exponent: decimal * 3 - 9, format: "decimalSI" };
  const binary = BINARY.findIndex((suffix) => suffix === text);
  if (binary > 0) return { base: 2n, exponent: binary * 10, format: "binarySI" };
  const written = /^[eE]([+-]?[0-9]+)$/.exec(text)?.[1];
  const exponent = written === undefined ? Number.NaN : Number(written);
  if (!(Math.abs(exponent) <= MAX_EXPONENT)) return undefined;
  return { base: 10n, exponent, format: "decimalExponent" };
}

function scaled(digits: bigint, fractionDigits: number, suffix: Suffix): bigint {
  const power = suffix.base ** BigInt(Math.abs(suffix.exponent));
  const numerator = digits * NANOS * (suffix.exponent >= 0 ? power : 1n);
  const denominator = 10n ** BigInt(fractionDigits) * (suffix.exponent >= 0 ? 1n : power);
  return (numerator + denominator - 1n) / denominator;
}

function capped(nanos: bigint, format: QuantityFormat): bigint {
  const most = MAX_INT64 * NANOS;
  return format === "binarySI" && nanos > most ? most : nanos;
}

function divideOut(
  value: bigint,
  base: bigint,
  maxSteps: number,
): { mantissa: bigint; steps: number } {
  let mantissa = value;
  let steps = 0;
  while (steps < maxSteps && mantissa % base === 0n) {
    mantissa /= base;
    steps += 1;
  }
  return { mantissa, steps };
}
