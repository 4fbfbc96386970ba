import { compareQuantities, parseQuantity } from "@open-vcluster/crds";
import type { FieldViolation } from "@open-vcluster/runtime";
import type { Leaves } from "./leaf.ts";

const AMOUNTS = ["cpu", "memory", "ephemeral_storage"] as const;
const LIMITS = ["min", "default_requests", "default_limits", "max"] as const;

/** Pairs of which the first must not exceed the second. */
const ORDERED: readonly (readonly [low: string, high: string])[] = [
  ...AMOUNTS.map((amount) => [`resources.${amount}_request`, `resources.${amount}_limit`] as const),
  ["quota.cpu_requests", "quota.cpu_limits"],
  ["quota.memory_requests", "quota.memory_limits"],
  ...AMOUNTS.flatMap((amount) =>
    LIMITS.flatMap((low, index) =>
      LIMITS.slice(index + 1).map(
        (high) => [`limits.${low}.${amount}`, `limits.${high}.${amount}`] as const,
      ),
    ),
  ),
];

/** Amounts that exceed another one which bounds them. */
export function amountViolations(leaves: Leaves): readonly FieldViolation[] {
  return ORDERED.filter(([low, high]) => isAbove(leaves.get(low), leaves.get(high))).map(
    ([low, high]) => ({
      field: `spec.${low}`,
      description: `must not exceed spec.${high}: lower the one or raise the other`,
    }),
  );
}

function isAbove(low: unknown, high: unknown): boolean {
  const [less, more] = [low, high].map((amount) =>
    typeof amount === "string" ? parseQuantity(amount) : undefined,
  );
  return less !== undefined && more !== undefined && compareQuantities(less, more) > 0;
}
