import { TestbedError } from "../failure.ts";
import { runCommand } from "../host/command.ts";

/** The networks of one node; `index` tells the testbeds of a machine apart. */
export interface Subnets {
  readonly index: number;
  /** Device on this machine whose other end is the node's `eth0`. */
  readonly device: string;
  /** Our end of the link: the control plane listens here. */
  readonly hostAddress: string;
  readonly nodeAddress: string;
  /** A /16 for pods. */
  readonly podNetwork: string;
  /** First address of the /16 for services. */
  readonly serviceNetwork: string;
}

const COUNT = 32;

/** The networks of testbed number `index`, 0 to 31. */
export function subnetsOf(index: number): Subnets {
  return {
    index,
    device: `ovc${index}`,
    hostAddress: `10.86.${index}.1`,
    nodeAddress: `10.86.${index}.2`,
    podNetwork: `10.${128 + index}.0.0`,
    serviceNetwork: `10.${160 + index}.0.1`,
  };
}

/**
 * The first networks that overlap with no address or route of this machine.
 * @param used - IPv4 networks in CIDR form or plain addresses
 * @param devices - names of existing devices
 * @throws TestbedError `NoFreeNetwork`
 */
export function chooseSubnets(used: readonly string[], devices: readonly string[]): Subnets {
  const taken = used.map(rangeOf);
  for (let index = 0; index < COUNT; index++) {
    const subnets = subnetsOf(index);
    const wanted = [
      `${subnets.hostAddress}/30`,
      `${subnets.podNetwork}/16`,
      `${subnets.serviceNetwork}/16`,
    ].map(rangeOf);
    const overlaps = wanted.some((a) => taken.some((b) => a.first <= b.last && b.first <= a.last));
    if (!overlaps && !devices.includes(subnets.device)) return subnets;
  }
  throw new TestbedError(
    "NoFreeNetwork",
    "No free networks for a node in 10.86.0.0/19, 10.128.0.0/11 and 10.160.0.0/11: stop another testbed, or a VPN that uses them.",
  );
}

/** Networks and devices that exist on this machine now. */
export async function machineNetworks(): Promise<{
  readonly used: readonly string[];
  readonly devices: readonly string[];
}> {
  const [routes, addresses] = await Promise.all([
    runCommand("ip", ["-j", "-4", "route", "show", "table", "all"]),
    runCommand("ip", ["-j", "addr"]),
  ]);
  const links = JSON.parse(addresses) as {
    ifname: string;
    addr_info: { family: string; local: string }[];
  }[];
  const destinations = (JSON.parse(routes) as { dst: string }[]).map((route) => route.dst);
  return {
    used: [
      ...destinations.filter((dst) => dst !== "default"),
      ...links.flatMap((link) =>
        link.addr_info.filter((info) => info.family === "inet").map((info) => info.local),
      ),
    ],
    devices: links.map((link) => link.ifname),
  };
}

function rangeOf(cidr: string): { readonly first: number; readonly last: number } {
  const [address = "", bits = "32"] = cidr.split("/");
  const value = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(bits));
  const first = Math.floor(value / size) * size;
  return { first, last: first + size - 1 };
}
