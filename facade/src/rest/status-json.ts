import { type JsonObject, toJson } from "@bufbuild/protobuf";
import type { ConnectError } from "@connectrpc/connect";
import { ERROR_REGISTRY, StatusSchema } from "@open-vcluster/api";
import { toStatus } from "../translate/status.ts";

/** An error as the JSON of google.rpc.Status. */
export function statusJson(error: ConnectError): JsonObject {
  return toJson(StatusSchema, toStatus(error), {
    registry: ERROR_REGISTRY,
    alwaysEmitImplicit: true,
  }) as JsonObject;
}
