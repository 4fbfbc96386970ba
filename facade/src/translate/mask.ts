import type { DescMessage } from "@bufbuild/protobuf";
import { VClusterSchema } from "@open-vcluster/api";
import type { FieldViolation } from "@open-vcluster/runtime";

/** Which fields of a virtual cluster an update is about. */
export type Mask =
  | { readonly kind: "set" }
  | { readonly kind: "all" }
  | { readonly kind: "paths"; readonly paths: readonly string[] };

const MAX_PATHS = 256;

/** Reads an update mask. Without paths, the update is about the fields that it sets. */
export function maskOf(paths: readonly string[]): Mask {
  if (paths.length === 0) return { kind: "set" };
  return paths.includes("*") ? { kind: "all" } : { kind: "paths", paths };
}

/** What is wrong with the paths of a mask. */
export function maskViolations(paths: readonly string[]): readonly FieldViolation[] {
  if (paths.length > MAX_PATHS) {
    const description = `must have at most ${MAX_PATHS} entries`;
    return [{ field: "update_mask.paths", description }];
  }
  return paths.flatMap((path, index) => {
    const fault = path === "*" ? undefined : pathFault(VClusterSchema, path.split("."));
    return fault === undefined
      ? []
      : [{ field: `update_mask.paths[${index}]`, description: fault }];
  });
}

/** Whether a mask names a field: itself, or something that it is part of. */
export function isCovered(mask: Mask, path: string): boolean {
  if (mask.kind !== "paths") return mask.kind === "all";
  return mask.paths.some((named) => path === named || path.startsWith(`${named}.`));
}

/** Whether a mask names a field by itself, not only something around it. */
export function isNamed(mask: Mask, path: string): boolean {
  return mask.kind === "paths" && mask.paths.includes(path);
}

function pathFault(message: DescMessage, path: readonly string[]): string | undefined {
  const [name, ...rest] = path;
  const field = message.fields.find((candidate) => candidate.name === name);
  if (field === undefined) {
    return "is no field of the virtual cluster: write paths such as spec.replicas or labels";
  }
  if (rest.length === 0) return undefined;
  return field.fieldKind === "message"
    ? pathFault(field.message, rest)
    : "reaches into a field that changes only as a whole: name the field itself";
}
