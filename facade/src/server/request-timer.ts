import type { DoorRequest } from "./door.ts";

/**
 * Closes a request whose body has not arrived in time. HTTP/1.1 servers have such a limit of their own, HTTP/2 servers
 * do not.
 */
export function limitBodyTime(request: DoorRequest, timeoutMs: number): void {
  if (!("stream" in request) || request.stream.endAfterHeaders) return;
  const timer = setTimeout(() => {
    request.stream.close(REFUSED_SLOW);
  }, timeoutMs);
  const stop = (): void => {
    clearTimeout(timer);
  };
  request.stream.once("end", stop);
  request.stream.once("close", stop);
}

/** ENHANCE_YOUR_CALM (RFC 9113, 7). */
const REFUSED_SLOW = 0xb;
