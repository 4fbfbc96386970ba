import { BlockList, isIP } from "node:net";

/** Whether an address, or the name `localhost`, can be reached from this machine alone. Pure. */
export function isLoopback(host: string): boolean {
  const address = host.startsWith("[") && host.endsWith("]") ? host.slice(1, -1) : host;
  const family = isIP(address);
  if (family === 0) return address === "localhost";
  const loopback = new BlockList();
  loopback.addSubnet("127.0.0.0", 8, "ipv4");
  loopback.addAddress("::1", "ipv6");
  // BlockList matches IPv4 in its IPv6-mapped form too.
  return loopback.check(address, family === 4 ? "ipv4" : "ipv6");
}
