import { TIMEOUT_HEADER } from "@open-vcluster/api";
import type { DoorRequest } from "../server/door.ts";
import { refusedField } from "../translate/refuse.ts";

/** What belongs to this connection or to this form of the message, and not to the call. */
const LEFT_BEHIND =
  /^(?::|content-|connect-|grpc-|trailer|proxy-|sec-fetch-)|^(?:accept|accept-encoding|connection|date|expect|host|http2-settings|keep-alive|te|transfer-encoding|upgrade|user-agent-data)$/;
/** The longest that timers can wait. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** Headers of the request that go with the call, credentials among them. */
export function callHeader(request: DoorRequest): Headers {
  const header = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value === undefined || LEFT_BEHIND.test(name)) continue;
    for (const one of Array.isArray(value) ? value : [value]) header.append(name, one);
  }
  return header;
}

/** Headers and trailers of the answer that go to the client. */
export function answerHeader(...sources: readonly Headers[]): ReadonlyMap<string, string> {
  const header = new Map<string, string>();
  for (const source of sources) {
    for (const [name, value] of source) if (!LEFT_BEHIND.test(name)) header.set(name, value);
  }
  return header;
}

/** Milliseconds that the client waits; absent: it did not say. Throws `invalid`. */
export function timeoutOf(request: DoorRequest): number | undefined {
  const text = request.headers[TIMEOUT_HEADER];
  if (text === undefined) return undefined;
  if (typeof text !== "string" || !/^[1-9]\d{0,9}$/.test(text)) {
    throw refusedField(TIMEOUT_HEADER, "must be milliseconds, a whole number from 1 to 9999999999");
  }
  return Math.min(Number(text), MAX_TIMEOUT_MS);
}
