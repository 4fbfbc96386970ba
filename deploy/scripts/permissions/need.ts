/** Where a right holds. */
export type Place =
  /** In all namespaces, and outside of them: target namespaces have names that nobody knows beforehand. */
  | "everywhere"
  /** In the namespaces of instances. */
  | "instances"
  /** In the namespace of the installation. */
  | "own";

/** One right and what it is for. */
export interface Need {
  readonly place: Place;
  readonly group: string;
  /** Plural, with a sub-resource behind a slash. */
  readonly resource: string;
  readonly verb: string;
  /** Names of the only objects that are meant, with {@link OPERATOR_ID} in them; absent: all. */
  readonly names?: readonly string[];
  /** What the right is for; a phrase. */
  readonly reason: string;
}

/** Stands for the id of the installation. */
export const OPERATOR_ID = "OPERATOR_ID";

/** A resource, as rules name it. */
export interface Resource {
  readonly group: string;
  readonly resource: string;
}

/** Rights with several verbs on one resource, for one reason. Pure. */
export function needs(
  place: Place,
  { group, resource }: Resource,
  verbs: readonly string[],
  reason: string,
): readonly Need[] {
  return verbs.map((verb) => ({ place, group, resource, verb, reason }));
}
