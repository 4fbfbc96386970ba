import { create, type JsonObject, toJson } from "@bufbuild/protobuf";
import { type Any, AnySchema, anyPack } from "@bufbuild/protobuf/wkt";
import type { ConnectError } from "@connectrpc/connect";
import { ERROR_REGISTRY, StatusSchema } from "@open-vcluster/api";

type Detail = ConnectError["details"][number];

/** An error as the JSON of google.rpc.Status; details of types that no client could know are left out. */
export function statusJson(error: ConnectError): JsonObject {
  const details = error.details.map(anyOf).filter(isKnown);
  const status = create(StatusSchema, { code: error.code, message: error.rawMessage, details });
  return toJson(StatusSchema, status, {
    registry: ERROR_REGISTRY,
    alwaysEmitImplicit: true,
  }) as JsonObject;
}

/** A detail comes as it was thrown here, or packed from the other side of a transport. */
function anyOf(detail: Detail): Any {
  if ("desc" in detail) {
    const { desc, value } = detail;
    return anyPack(desc, create(desc, value));
  }
  return create(AnySchema, { typeUrl: `type.googleapis.com/${detail.type}`, value: detail.value });
}

function isKnown({ typeUrl }: Any): boolean {
  return ERROR_REGISTRY.getMessage(typeUrl.slice(typeUrl.lastIndexOf("/") + 1)) !== undefined;
}
