import type { NetworkInterfaceInfo } from "node:os";
import { describe, expect, it } from "@jest/globals";
import { hostAddress, isLoopback } from "./address.ts";

const ipv4 = (address: string, internal: boolean): NetworkInterfaceInfo => ({
  address,
  internal,
  family: "IPv4",
  netmask: "255.255.255.0",
  mac: "00:00:00:00:00:00",
  cidr: `${address}/24`,
});

describe("hostAddress", () => {
  it("prefers an address that is not loopback", () => {
    const address = hostAddress({
      lo: [ipv4("127.0.0.1", true)],
      eth0: [ipv4("192.0.2.7", false)],
    });
    expect(address).toBe("192.0.2.7");
    expect(isLoopback(address)).toBe(false);
  });

  it("falls back to loopback on a machine without a network", () => {
    const address = hostAddress({ lo: [ipv4("127.0.0.1", true)] });
    expect(address).toBe("127.0.0.1");
    expect(isLoopback(address)).toBe(true);
  });
});
