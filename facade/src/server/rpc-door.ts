import { type ConnectRouter, createContextValues } from "@connectrpc/connect";
import {
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from "@connectrpc/connect-node";
import { errorFields, type Logger } from "@open-vcluster/runtime";
import { withBodyKept } from "../call/body.ts";
import { answerText, type Door, type DoorRequest, type DoorResponse, pathOf } from "./door.ts";

type Handler = ConnectRouter["handlers"][number];

/**
 * The door for Connect, gRPC and gRPC-web, to the routes of a router. Unlike the adapter of connect-node it survives a
 * request whose authority is missing or malformed, and logs to our logger.
 */
export function createRpcDoor(router: ConnectRouter, logger: Logger): Door {
  const handlers = new Map(router.handlers.map((handler) => [handler.requestPath, handler]));
  return (request, response) => {
    const handler = handlers.get(pathOf(request));
    if (handler === undefined) return false;
    if (isAddressed(request)) void answer(handler, { request, response, logger });
    else answerText(response, 400, "The header host is missing or malformed\n");
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
    logger,
  }: { readonly request: DoorRequest; readonly response: DoorResponse; readonly logger: Logger },
): Promise<void> {
  try {
    const values = createContextValues();
    const asked = universalRequestFromNodeRequest(request, response, undefined, values);
    const answered = await handler(withBodyKept(asked, values));
    await universalResponseToNodeResponse(answered, response);
  } catch (error) {
    // The client went away; its call has its own line.
    logger.debug({ rpc: handler.requestPath, ...errorFields(error) }, "An answer was not taken");
    response.socket?.destroy();
  }
}
