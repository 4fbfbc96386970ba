import { isIPv6 } from "node:net";

/** Groups of an IPv6 address that one customer of a provider has to itself (RFC 6177). */
const OWN_GROUPS = 4;
const ALL_GROUPS = 8;

/**
 * Whose address it is, for counting: an IPv4 address itself, and the /64 network of an IPv6 address, because whoever has one
 * address of it has them all. Pure.
 */
export function networkOf(address: string): string {
  const [plain = ""] = address.split("%", 1);
  if (!isIPv6(plain)) return address;
  const [head = [], tail] = plain.split("::").map((half) => half.split(":").filter(Boolean));
  const zeros = tail === undefined ? 0 : ALL_GROUPS - head.length - tail.length;
  const groups = [
    ...head,
    ...Array.from({ length: Math.max(0, zeros) }, () => "0"),
    ...(tail ?? []),
  ];
  const own = groups.slice(0, OWN_GROUPS).map((group) => Number.parseInt(group, 16).toString(16));
  return `${own.join(":")}::/64`;
}
