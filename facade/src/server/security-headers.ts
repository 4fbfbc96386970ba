import type { DoorResponse } from "./door.ts";

/**
 * Sets what every answer carries; a door that serves pages may set a Content-Security-Policy of its own.
 *
 * @param isTls - Browsers are told to come back with TLS only where there is TLS.
 */
export function setSecurityHeaders(response: DoorResponse, isTls: boolean): void {
  response.setHeader("x-content-type-options", "nosniff");
  response.setHeader("cache-control", "no-store");
  response.setHeader("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
  response.setHeader("referrer-policy", "no-referrer");
  response.setHeader("cross-origin-resource-policy", "same-origin");
  if (isTls) response.setHeader("strict-transport-security", "max-age=31536000");
}
