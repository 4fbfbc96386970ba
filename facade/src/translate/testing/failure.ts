import { Failure } from "@open-vcluster/runtime";

/** The failure that an act ends with. */
export function failureFrom(act: () => unknown): Failure {
  try {
    act();
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
  throw new Error("Nothing was thrown");
}

/** The fields that a failure complains about. */
export function fieldsOf(act: () => unknown): readonly string[] {
  return failureFrom(act).violations.map(({ field }) => field);
}
