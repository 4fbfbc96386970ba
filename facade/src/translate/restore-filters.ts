import { boundsAt } from "@open-vcluster/api";
import type { RestoreFilters } from "@open-vcluster/crds";
import type { FieldViolation } from "@open-vcluster/runtime";
import { labelTextViolations } from "./labels.ts";
import { within } from "./within.ts";

/** Which part of a virtual cluster a request is about; all of it where everything is empty. */
export interface Filters {
  readonly namespaces: readonly string[];
  readonly kinds: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

const NAMESPACES = boundsAt("PlanRestoreRequest.namespaces", "maxEntries");
const KINDS = boundsAt("PlanRestoreRequest.kinds", "maxEntries");
const { maxEntries: MOST_LABELS } = boundsAt("PlanRestoreRequest.labels", "maxEntries");
const isNamespace = within(NAMESPACES);
const isKind = within(KINDS);

/** Whether a request is about a part. Pure. */
export function isPart({ namespaces, kinds, labels }: Filters): boolean {
  return namespaces.length + kinds.length + Object.keys(labels).length > 0;
}

/** What is wrong with filters. Pure. */
export function filterViolations({
  namespaces,
  kinds,
  labels,
}: Filters): readonly FieldViolation[] {
  return [
    ...listViolations("namespaces", namespaces, {
      most: NAMESPACES.maxEntries,
      isGood: isNamespace,
      must: "must be a DNS label of at most 63 lower case letters, digits and '-'",
    }),
    ...listViolations("kinds", kinds, {
      most: KINDS.maxEntries,
      isGood: isKind,
      must: "must be RESOURCE or RESOURCE.GROUP in lower case, such as configmaps or deployments.apps",
    }),
    ...labelTextViolations(labels, MOST_LABELS),
  ];
}

/** The filters of the resource; nothing where a request is about everything. Pure. */
export function filtersFrom(filters: Filters): { readonly filters?: RestoreFilters } {
  const { namespaces, kinds, labels } = filters;
  if (!isPart(filters)) return {};
  return {
    filters: {
      ...(namespaces.length === 0 ? {} : { namespaces: [...new Set(namespaces)] }),
      ...(kinds.length === 0 ? {} : { kinds: [...new Set(kinds)] }),
      ...(Object.keys(labels).length === 0 ? {} : { labels: { ...labels } }),
    },
  };
}

interface Entries {
  readonly most: number;
  readonly isGood: (entry: string) => boolean;
  readonly must: string;
}

function listViolations(
  field: string,
  entries: readonly string[],
  { most, isGood, must }: Entries,
): readonly FieldViolation[] {
  if (entries.length > most) return [{ field, description: `must have at most ${most} entries` }];
  return entries.flatMap((entry, index) =>
    entry !== "" && isGood(entry) ? [] : [{ field: `${field}[${index}]`, description: must }],
  );
}
