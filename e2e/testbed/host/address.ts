import { networkInterfaces } from "node:os";

/**
 * The IPv4 address on which a control plane without a node listens: the machine's first address
 * that is not loopback, because the API server then publishes itself as `kubernetes` as on a real
 * cluster; loopback when the machine has no other.
 */
export function hostAddress(
  interfaces: ReturnType<typeof networkInterfaces> = networkInterfaces(),
): string {
  const addresses = Object.values(interfaces).flatMap((list) => list ?? []);
  return addresses.find((a) => a.family === "IPv4" && !a.internal)?.address ?? "127.0.0.1";
}

/** Whether an address reaches this machine only. */
export function isLoopback(address: string): boolean {
  return address.startsWith("127.");
}
