import { create } from "@bufbuild/protobuf";
import { type Any, AnySchema, anyPack } from "@bufbuild/protobuf/wkt";
import type { ConnectError } from "@connectrpc/connect";
import { ERROR_REGISTRY, type Status, StatusSchema } from "@open-vcluster/api";

type Detail = ConnectError["details"][number];

/** An error as google.rpc.Status; details of types that no client could know are left out. Pure. */
export function toStatus(error: ConnectError): Status {
  const details = error.details.map(anyOf).filter(isKnown);
  return create(StatusSchema, { code: error.code, message: error.rawMessage, details });
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
