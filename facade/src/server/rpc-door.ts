import { type ConnectRouter, createContextValues } from "@connectrpc/connect";
import {
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from "@connectrpc/connect-node";
import { errorFields, Failure, type Logger } from "@open-vcluster/runtime";
import { withBodyKept } from "../call/body.ts";
import { messageError } from "../call/fault.ts";
import { RECORD } from "../call/record.ts";
import type { RefuseStray } from "../call/strays.ts";
import { answerError, callErrorOf } from "../rest/answer-error.ts";
import { type Door, type DoorRequest, type DoorResponse, pathOf } from "./door.ts";

type Handler = ConnectRouter["handlers"][number];

/** What {@link createRpcDoor} uses. */
export interface RpcDoorDeps {
  readonly refuseStray: RefuseStray;
  readonly logger: Logger;
}

/**
 * The door for Connect, gRPC and gRPC-web, to the routes of a router. Unlike the adapter of connect-node it survives a
 * request whose authority is missing or malformed, and logs to our logger.
 */
export function createRpcDoor(router: ConnectRouter, deps: RpcDoorDeps): Door {
  const handlers = new Map(router.handlers.map((handler) => [handler.requestPath, handler]));
  return (request, response) => {
    const handler = handlers.get(pathOf(request));
    if (handler === undefined) return false;
    if (isAddressed(request)) void answer(handler, { request, response, ...deps });
    else {
      const text = "The header host is missing or malformed";
      const told = deps.refuseStray(request, new Failure("invalid", "InvalidArgument", text));
      answerError(response, callErrorOf(told, messageError));
    }
    return true;
  };
}

/** Whether the request has an authority that makes a URL; HTTP/1.0 needs none, and clients can write anything. */
function isAddressed(request: DoorRequest): boolean {
  const authority = "authority" in request ? request.authority : request.headers.host;
  return authority !== undefined && URL.canParse(request.url ?? "/", `http://${authority}`);
}

async function answer(
  handler: Handler,
  {
    request,
    response,
    refuseStray,
    logger,
  }: RpcDoorDeps & { readonly request: DoorRequest; readonly response: DoorResponse },
): Promise<void> {
  try {
    const values = createContextValues();
    const asked = universalRequestFromNodeRequest(request, response, undefined, values);
    const answered = await handler(withBodyKept(asked, values));
    if (values.get(RECORD) === undefined) {
      const told = refuseStray(request, NO_CALL);
      if (told !== NO_CALL) {
        answerError(response, callErrorOf(told, messageError));
        return;
      }
    }
    await universalResponseToNodeResponse(answered, response);
  } catch (error) {
    // The client went away; its call has its own line.
    logger.debug({ rpc: handler.requestPath, ...errorFields(error) }, "An answer was not taken");
    response.socket?.destroy();
  }
}

/** The protocol itself refused the verb or the content type before it made a call of the request. */
const NO_CALL = new Failure("invalid", "InvalidArgument", "The request is no call of any protocol");
