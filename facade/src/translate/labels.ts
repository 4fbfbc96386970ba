import { boundsAt } from "@open-vcluster/api";
import { GROUP, PROJECT_LABEL } from "@open-vcluster/crds";
import type { FieldViolation } from "@open-vcluster/runtime";
import { isQualifiedName } from "./codec.ts";
import { within } from "./within.ts";

/** Labels of a resource. */
export type Labels = Readonly<Record<string, string>>;

const { maxEntries: MAX_LABELS } = boundsAt("CreateVClusterRequest.labels", "maxEntries");
const isSetValue = within(boundsAt("CreateVClusterRequest.project"));

/** Whether a key of a label or an annotation belongs to the product. */
export function isReserved(key: string): boolean {
  const domain = key.includes("/") ? key.slice(0, key.indexOf("/")) : "";
  return domain === GROUP || domain.endsWith(`.${GROUP}`);
}

/** Whether text can be the value of a label. */
export function isLabelValue(text: string): boolean {
  return text === "" || isSetValue(text);
}

/** What is wrong with labels as Kubernetes sees them. */
export function labelTextViolations(labels: Labels, most: number): readonly FieldViolation[] {
  const entries = Object.entries(labels);
  if (entries.length > most) {
    return [{ field: "labels", description: `must have at most ${most} entries` }];
  }
  return entries.flatMap(([key, value]) => {
    const field = fieldOf(key);
    if (!isQualifiedName(key)) {
      return [{ field, description: "must have a key that Kubernetes takes, such as env" }];
    }
    return isLabelValue(value) ? [] : [{ field, description: LABEL_VALUE_MUST }];
  });
}

/**
 * What is wrong with labels of a request. Of the reserved keys only the project may be given, and
 * what the resource has already.
 */
export function labelViolations(labels: Labels, present: Labels = {}): readonly FieldViolation[] {
  const reserved = Object.entries(labels).filter(
    ([key, value]) => present[key] !== value && isReserved(key) && key !== PROJECT_LABEL,
  );
  return [
    ...reserved.map(([key]) => ({
      field: fieldOf(key),
      description: `is reserved: keys below ${GROUP} belong to the product`,
    })),
    ...labelTextViolations(labels, MAX_LABELS),
  ];
}

/** The labels after an update: reserved ones stay unless they are given. */
export function replacedLabels(present: Labels, wanted: Labels): Labels {
  const kept = Object.entries(present).filter(([key]) => isReserved(key));
  return { ...Object.fromEntries(kept), ...wanted };
}

/** What a label value must be. */
export const LABEL_VALUE_MUST =
  "must have at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends";

function fieldOf(key: string): string {
  return `labels[${key.slice(0, 128)}]`;
}
