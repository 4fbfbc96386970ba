import { Failure, type FieldViolation } from "@open-vcluster/runtime";

const NAMED = 3;

/** The refusal of a request with fields that are wrong; the message names the first of them. */
export function wrongFields(violations: readonly FieldViolation[]): Failure {
  const named = violations
    .slice(0, NAMED)
    .map(({ field, description }) =>
      field === "" ? `the body ${description}` : `${field} ${description}`,
    );
  const more = violations.length > NAMED ? `, and ${violations.length - NAMED} more` : "";
  return new Failure(
    "invalid",
    "InvalidArgument",
    `Correct the request: ${named.join("; ")}${more}`,
    {
      violations,
    },
  );
}
