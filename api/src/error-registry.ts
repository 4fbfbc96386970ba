import { createRegistry, type Registry } from "@bufbuild/protobuf";
import { file_google_rpc_error_details } from "./gen/google/rpc/error_details_pb.ts";

/** Types of the details that errors carry; the JSON form of a google.rpc.Status needs them. */
export const ERROR_REGISTRY: Registry = createRegistry(file_google_rpc_error_details);
