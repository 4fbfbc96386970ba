import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createFileRegistry, type DescService, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

/** The published contract as descriptors, without what this product adds. */
export const CONTRACT_FILE: string = join(import.meta.dirname, "../../../api/test/contract.binpb");

/** VClusterService of the published contract. */
export function contractService(): DescService {
  const files = createFileRegistry(
    fromBinary(FileDescriptorSetSchema, readFileSync(CONTRACT_FILE)),
  );
  const service = files.getService("vcluster.api.v1.VClusterService");
  if (service === undefined) throw new Error(`${CONTRACT_FILE} has no VClusterService`);
  return service;
}
