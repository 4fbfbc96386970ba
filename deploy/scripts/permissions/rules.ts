import type { Need, Place } from "./need.ts";

/** A PolicyRule of RBAC. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

const VERB_ORDER = [
  "get",
  "list",
  "watch",
  "create",
  "update",
  "patch",
  "delete",
  "deletecollection",
];

/** A right without its reason, as text that two needs of the same right have in common. Pure. */
export function rightOf({ group, resource, verb, names = [] }: Need): string {
  return [verb, group === "" ? resource : `${resource}.${group}`, ...names].join(" ");
}

/** The needs of a place that no right everywhere fulfils already. Pure. */
export function needsOf(needed: readonly Need[], place: Place): readonly Need[] {
  const everywhere = new Set(
    needed.filter((need) => need.place === "everywhere").map((need) => rightOf(need)),
  );
  return needed.filter(
    (need) => need.place === place && (place === "everywhere" || !everywhere.has(rightOf(need))),
  );
}

/** The smallest set of rules that says the same: one for each API group, set of verbs and names, in a fixed order. Pure. */
export function rulesOf(needed: readonly Need[], place: Place): readonly Rule[] {
  const verbs = new Map<string, Set<string>>();
  for (const { group, resource, verb, names } of needsOf(needed, place)) {
    const key = JSON.stringify([group, resource, names]);
    verbs.set(key, (verbs.get(key) ?? new Set()).add(verb));
  }
  const rules = new Map<string, string[]>();
  for (const [key, set] of [...verbs].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [group, resource, names] = JSON.parse(key) as [string, string, string[] | null];
    const signature = JSON.stringify([group, inOrder(set), names]);
    rules.set(signature, [...(rules.get(signature) ?? []), resource]);
  }
  return [...rules].map(([signature, resources]) => {
    const [group, sorted, names] = JSON.parse(signature) as [string, string[], string[] | null];
    const rule = { apiGroups: [group], resources, verbs: sorted };
    return names === null ? rule : { ...rule, resourceNames: names };
  });
}

/** Verbs as people write them. Pure. */
export function inOrder(verbs: Iterable<string>): readonly string[] {
  return [...verbs].sort((a, b) => VERB_ORDER.indexOf(a) - VERB_ORDER.indexOf(b));
}
