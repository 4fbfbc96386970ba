import { cors } from "@connectrpc/connect";
import { answerText, type DoorRequest, type DoorResponse } from "./door.ts";

const METHODS = [...new Set([...cors.allowedMethods, "PATCH", "DELETE"])].join(", ");
const REQUEST_HEADERS = [
  ...cors.allowedHeaders,
  "Authorization",
  "Idempotency-Key",
  "If-Match",
  "Traceparent",
].join(", ");
const RESPONSE_HEADERS = [
  ...cors.exposedHeaders,
  "ETag",
  "OpenVCluster-Cache-Age",
  "Retry-After",
  "WWW-Authenticate",
  "X-Request-Id",
].join(", ");
const MAX_AGE_SECONDS = "7200";

/**
 * Lets pages of the allowed origins in, and answers preflight requests. Credentials that a browser adds by itself
 * (cookies, certificates) are never allowed: a page must have the token that it sends.
 *
 * @returns Whether the request is answered.
 */
export function answerCors(
  request: DoorRequest,
  response: DoorResponse,
  allowed: ReadonlySet<string>,
): boolean {
  if (allowed.size > 0) response.setHeader("vary", "origin");
  const { origin } = request.headers;
  const isPreflight =
    request.method === "OPTIONS" &&
    origin !== undefined &&
    request.headers["access-control-request-method"] !== undefined;
  if (origin !== undefined && allowed.has(origin)) {
    response.setHeader("access-control-allow-origin", origin);
    response.setHeader("access-control-expose-headers", RESPONSE_HEADERS);
    if (isPreflight) {
      response.setHeader("access-control-allow-methods", METHODS);
      response.setHeader("access-control-allow-headers", REQUEST_HEADERS);
      response.setHeader("access-control-max-age", MAX_AGE_SECONDS);
    }
  }
  if (!isPreflight) return false;
  answerText(response, 204, "");
  return true;
}
