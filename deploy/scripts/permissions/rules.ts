import type { Need, Place } from "./need.ts";

/** A PolicyRule of RBAC, without names. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
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
export function rightOf({ group, resource, verb }: Need): string {
  return `${verb} ${group === "" ? resource : `${resource}.${group}`}`;
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

/** The smallest set of rules that says the same: one for each API group and set of verbs, in a fixed order. Pure. */
export function rulesOf(needed: readonly Need[], place: Place): readonly Rule[] {
  const verbs = new Map<string, Set<string>>();
  for (const { group, resource, verb } of needsOf(needed, place)) {
    const key = `${group}\n${resource}`;
    verbs.set(key, (verbs.get(key) ?? new Set()).add(verb));
  }
  const rules = new Map<string, string[]>();
  for (const [key, set] of [...verbs].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [group = "", resource = ""] = key.split("\n");
    const signature = JSON.stringify([group, inOrder(set)]);
    rules.set(signature, [...(rules.get(signature) ?? []), resource]);
  }
  return [...rules].map(([signature, resources]) => {
    const [group, sorted] = JSON.parse(signature) as [string, string[]];
    return { apiGroups: [group], resources, verbs: sorted };
  });
}

/** Verbs as people write them. Pure. */
export function inOrder(verbs: Iterable<string>): readonly string[] {
  return [...verbs].sort((a, b) => VERB_ORDER.indexOf(a) - VERB_ORDER.indexOf(b));
}
