import type { FieldBounds } from "@open-vcluster/api";

/** Whether a value that is set is within bounds; those of the number of entries are not looked at. Pure. */
export function within(bounds: FieldBounds): (value: string | number) => boolean {
  const { maxLength, pattern, oneOf, minimum, maximum } = bounds;
  const shape = pattern === undefined ? undefined : new RegExp(pattern);
  return (value) => {
    if (oneOf !== undefined && !oneOf.includes(value)) return false;
    if (typeof value === "number") {
      return value >= (minimum ?? value) && value <= (maximum ?? value);
    }
    return value.length <= (maxLength ?? value.length) && (shape?.test(value) ?? true);
  };
}
