import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  type CreateVClusterRequest,
  CreateVClusterRequestSchema,
  type UpdateVClusterRequest,
  UpdateVClusterRequestSchema,
  type VClusterSpecSchema,
} from "@open-vcluster/api";
import type { VClusterInstance } from "@open-vcluster/crds";
import { instanceFrom } from "../create.ts";

/** Parts of a specification. */
export type SpecParts = MessageInitShape<typeof VClusterSpecSchema>;

/** A creation with this specification. */
export function creation(
  spec: SpecParts,
  parts: Partial<Omit<CreateVClusterRequest, "$typeName" | "$unknown" | "spec">> = {},
): CreateVClusterRequest {
  return create(CreateVClusterRequestSchema, { name: "shop", spec, ...parts });
}

/** The resource that it makes. */
export function createdFrom(spec: SpecParts): VClusterInstance {
  return instanceFrom(creation(spec), "ann");
}

/** An update; without paths it has no mask. */
export function update(
  spec: SpecParts | undefined,
  paths?: readonly string[],
  labels: Record<string, string> = {},
): UpdateVClusterRequest {
  return create(UpdateVClusterRequestSchema, {
    name: "shop",
    namespace: "team-a",
    labels,
    ...(spec === undefined ? {} : { spec }),
    ...(paths === undefined ? {} : { updateMask: { paths: [...paths] } }),
  });
}
