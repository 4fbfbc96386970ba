import { ALL_KEYS, prefixRange } from "../source/key-order.ts";
import type { KeyRange } from "../source/kv-store.ts";

/**
 * Resources that others need, first; those that need others, last. What is not named here is written between them.
 * Controllers of a running cluster then never see an object before what it refers to.
 */
const BEFORE = [
  ["namespaces"],
  ["apiextensions.k8s.io/customresourcedefinitions", "apiregistration.k8s.io/apiservices"],
  ["clusterroles", "clusterrolebindings", "roles", "rolebindings"],
];
const AFTER = [
  ["deployments", "daemonsets", "statefulsets", "cronjobs"],
  ["replicasets", "controllers", "jobs"],
  ["pods"],
];

/** All keys in the order in which a restore writes them: stages one after the other, each of several ranges. Pure. */
export function writeStages(): readonly (readonly KeyRange[])[] {
  const rangesOf = (resources: readonly string[]): readonly KeyRange[] =>
    resources.map((resource) => prefixRange(Buffer.from(`/registry/${resource}/`)));
  const before = BEFORE.map(rangesOf);
  const after = AFTER.map(rangesOf);
  return [...before, gapsBetween([...before, ...after].flat()), ...after];
}

function gapsBetween(ranges: readonly KeyRange[]): readonly KeyRange[] {
  const sorted = ranges.toSorted((a, b) => Buffer.compare(a.from, b.from));
  const starts = [ALL_KEYS.from, ...sorted.map(({ to }) => to)];
  const ends = [...sorted.map(({ from }) => from), ALL_KEYS.to];
  return starts.flatMap((from, at) => {
    const to = ends[at];
    return to === undefined || Buffer.compare(from, to) >= 0 ? [] : [{ from, to }];
  });
}
