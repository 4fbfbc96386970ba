import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";

/** A request of either HTTP version. */
export type DoorRequest = IncomingMessage | Http2ServerRequest;

/** Its response. */
export type DoorResponse = ServerResponse | Http2ServerResponse;

/** Serves the requests that it knows, and answers whether this is one; it never throws at the caller. */
export type Door = (request: DoorRequest, response: DoorResponse) => boolean;

/** The path of a request without its query. */
export function pathOf(request: DoorRequest): string {
  return (request.url ?? "/").split("?", 1)[0] ?? "/";
}

/** Ends a response that has not begun with a short text. */
export function answerText(response: DoorResponse, status: number, text: string): void {
  response.statusCode = status;
  response.setHeader("content-type", "text/plain; charset=utf-8");
  response.end(text);
}
