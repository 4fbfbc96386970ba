import {
  addQuantities as addExact,
  compareQuantities as compareExact,
  type Quantity as ExactQuantity,
  formatQuantity,
  parseQuantity,
} from "@open-vcluster/crds";
import { Failure } from "@open-vcluster/runtime";

/** A Kubernetes quantity as it is written: "200m", "5Gi", 2. */
export type Quantity = string | number;

/**
 * Adds quantities exactly.
 *
 * @param quantities - what to add
 * @returns the sum in canonical form, "0" for none
 * @throws Failure of kind `invalid`, reason `QuantityInvalid`, for text that is no quantity
 */
export function addQuantities(...quantities: readonly Quantity[]): string {
  const zero: ExactQuantity = { nanos: 0n, format: "decimalSI" };
  return formatQuantity(quantities.map(parsed).reduce(addExact, zero));
}

/**
 * Multiplies a quantity exactly.
 *
 * @param quantity - what to multiply
 * @param factor - a whole number, 0 or more
 * @returns the product in canonical form
 * @throws Failure of kind `invalid`, reason `QuantityInvalid`, for text that is no quantity
 */
export function multiplyQuantity(quantity: Quantity, factor: number): string {
  const { nanos, format } = parsed(quantity);
  return formatQuantity({ nanos: nanos * BigInt(factor), format });
}

/**
 * The smaller of two quantities, as it was written.
 *
 * @param a - wins when both are equal
 * @param b - the other
 * @returns one of them
 */
export function smaller(a: Quantity, b: Quantity): Quantity {
  return isMore(a, b) ? b : a;
}

/**
 * The larger of two quantities, as it was written.
 *
 * @param a - the other
 * @param b - wins when both are equal
 * @returns one of them
 */
export function larger(a: Quantity, b: Quantity): Quantity {
  return isMore(a, b) ? a : b;
}

/**
 * Whether a quantity exceeds another one.
 *
 * @param a - the quantity
 * @param b - what it is compared with
 * @returns true if a \> b
 */
export function isMore(a: Quantity, b: Quantity): boolean {
  return compareExact(parsed(a), parsed(b)) > 0;
}

function parsed(quantity: Quantity): ExactQuantity {
  const exact = parseQuantity(quantity);
  if (exact !== undefined) return exact;
  const message = `"${String(quantity)}" is not a quantity: write a number with an optional suffix such as 500m, 2 or 4Gi.`;
  throw new Failure("invalid", "QuantityInvalid", message);
}
