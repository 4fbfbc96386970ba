import type { Origin } from "../call/origin.ts";
import { isLoopback } from "../server/loopback.ts";
import type { Principal } from "./principal.ts";

/** Whoever gave no credentials, under the names that Kubernetes uses. */
export const ANONYMOUS: Principal = {
  name: "system:anonymous",
  groups: ["system:unauthenticated"],
  extra: {},
  via: "anonymous",
};

/** Header fields that say that a proxy stands between us and the caller. */
const PROXY_HEADERS = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];

/**
 * Whether a request comes from this machine itself: from a loopback address, not through a proxy, and not from a page
 * of another host in a browser here (which DNS rebinding would give a loopback peer address too). Pure.
 */
export function isFromThisMachine(header: Headers, { address, authority }: Origin): boolean {
  if (!isLoopback(address)) return false;
  if (PROXY_HEADERS.some((name) => header.has(name))) return false;
  const page = header.get("origin");
  const hosts = [URL.parse(`http://${authority}`), page === null ? [] : URL.parse(page)].flat();
  return hosts.every((url) => url !== null && isLoopback(url.hostname));
}
