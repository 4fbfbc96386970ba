import { Failure } from "@open-vcluster/runtime";

/** The refusal of what this version cannot do, with the way out. Pure. */
export function notYet(feature: string, advice: string): Failure {
  const message = `${feature} is not part of this version, which has no snapshots; ${advice}`;
  return new Failure("precondition", "NotImplemented", message, { facts: { feature } });
}
