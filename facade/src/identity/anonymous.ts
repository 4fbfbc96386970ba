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
 *
 * @param address - The peer's address.
 */
export function isFromThisMachine(header: Headers, address: string): boolean {
  if (!isLoopback(address)) return false;
  if (PROXY_HEADERS.some((name) => header.has(name))) return false;
  const hosts = [hostOf(`http://${header.get("host") ?? "localhost"}`)];
  const origin = header.get("origin");
  if (origin !== null) hosts.push(hostOf(origin));
  return hosts.every((host) => host !== undefined && isLoopback(host));
}

function hostOf(url: string): string | undefined {
  return URL.parse(url)?.hostname;
}
