import type { ConnectRouter, Transport } from "@connectrpc/connect";
import {
  createUniversalHandlerClient,
  type UniversalHandler,
  type UniversalServerResponse,
} from "@connectrpc/connect/protocol";
import { createTransport } from "@connectrpc/connect/protocol-connect";

/** The most that the protocol can say. */
const LARGEST = 0xffffffff;

/**
 * Calls the router without a network; for doors that translate another form of the same calls.
 *
 * Unlike the library's own in-memory transport it ends the iterators of a stream when its reader is gone, so that
 * whatever waits for the end of a stream, in handlers and in interceptors, sees it.
 */
export function createLocalTransport(router: ConnectRouter): Transport {
  return createTransport({
    httpClient: createUniversalHandlerClient(router.handlers.map(endingStreams)),
    baseUrl: "https://in-memory",
    useBinaryFormat: true,
    interceptors: [],
    acceptCompression: [],
    sendCompression: null,
    compressMinBytes: Number.MAX_SAFE_INTEGER,
    readMaxBytes: LARGEST,
    writeMaxBytes: LARGEST,
  });
}

function endingStreams(handler: UniversalHandler): UniversalHandler {
  const serve = async (
    request: Parameters<UniversalHandler>[0],
  ): Promise<UniversalServerResponse> => ended(await handler(request), request.signal);
  return Object.assign(serve, handler);
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
