import { Failure, type FailureOptions, type FieldViolation } from "@open-vcluster/runtime";

const MAX_VIOLATIONS = 32;
const MAX_DESCRIPTION = 512;

/** Throws `invalid` InvalidArgument with all violations at once, if there are any. */
export function refuseViolations(violations: readonly FieldViolation[]): void {
  if (violations.length > 0) throw invalid("InvalidArgument", violations);
}

/** Throws `invalid` FieldImmutable if a field would change that never may. */
export function refuseImmutable(violations: readonly FieldViolation[]): void {
  if (violations.length > 0) throw invalid("FieldImmutable", violations);
}

/**
 * The refusal of one field that is wrong alone. Pure.
 *
 * @param description - What is wrong with it and what to do; follows the name of the field.
 * @param options - `reason` is InvalidArgument where it is not given.
 */
export function refusedField(
  field: string,
  description: string,
  options: { readonly reason?: string } & Pick<FailureOptions, "cause"> = {},
): Failure {
  const { reason = "InvalidArgument", ...others } = options;
  const violations = [{ field, description }];
  return new Failure("invalid", reason, `${field} ${description}`, { ...others, violations });
}

function invalid(reason: string, violations: readonly FieldViolation[]): Failure {
  const [first] = violations;
  const rest = violations.length === 1 ? "" : `, and ${violations.length - 1} more`;
  return new Failure(
    "invalid",
    reason,
    `Field ${first?.field ?? ""} ${first?.description ?? ""}${rest}`,
    {
      violations: violations.slice(0, MAX_VIOLATIONS).map(({ field, description }) => ({
        field,
        description: description.slice(0, MAX_DESCRIPTION),
      })),
    },
  );
}
