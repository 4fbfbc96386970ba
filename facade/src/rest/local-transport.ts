import {
  type ConnectRouter,
  type ConnectRouterOptions,
  createConnectRouter,
  type Transport,
} from "@connectrpc/connect";
import {
  createUniversalHandlerClient,
  type UniversalHandler,
  type UniversalServerResponse,
} from "@connectrpc/connect/protocol";
import { createTransport } from "@connectrpc/connect/protocol-connect";

/**
 * Calls services within the process, through the same interceptors as calls from the network.
 *
 * Unlike the library's own in-memory transport it ends the iterators of a stream when its reader is gone, so that
 * whatever waits for the end of a stream, in handlers and in interceptors, sees it.
 */
export function createLocalTransport(
  routes: (router: ConnectRouter) => void,
  options: ConnectRouterOptions,
): Transport {
  const router = createConnectRouter({ ...options, connect: true, grpc: false, grpcWeb: false });
  routes(router);
  return createTransport({
    httpClient: createUniversalHandlerClient(router.handlers.map(endingStreams)),
    baseUrl: "https://in-memory",
    useBinaryFormat: true,
    interceptors: [],
    acceptCompression: [],
    sendCompression: null,
    compressMinBytes: Number.MAX_SAFE_INTEGER,
    readMaxBytes: Number.MAX_SAFE_INTEGER,
    writeMaxBytes: Number.MAX_SAFE_INTEGER,
  });
}

function endingStreams(handler: UniversalHandler): UniversalHandler {
  const serve: UniversalHandler = Object.assign(
    async (request: Parameters<UniversalHandler>[0]) =>
      ended(await handler(request), request.signal),
    handler,
  );
  return serve;
}

function ended(response: UniversalServerResponse, signal: AbortSignal): UniversalServerResponse {
  if (response.body === undefined) return response;
  const iterator = response.body[Symbol.asyncIterator]();
  const end = (): void => {
    iterator.return?.().catch(() => undefined);
  };
  if (signal.aborted) end();
  else signal.addEventListener("abort", end, { once: true });
  return { ...response, body: { [Symbol.asyncIterator]: () => iterator } };
}
