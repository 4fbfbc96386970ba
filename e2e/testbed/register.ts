import { randomBytes, randomInt } from "node:crypto";
import { join } from "node:path";
import { TestbedError } from "./failure.ts";
import { withLock } from "./host/lock.ts";
import { freePorts } from "./host/ports.ts";
import { ownIdentity } from "./host/process.ts";
import type { TestbedOptions } from "./info.ts";
import { claims, createLedger, type Ledger } from "./ledger/ledger.ts";
import { registryLock } from "./ledger/stale.ts";
import { chooseSubnets, machineNetworks, type Subnets } from "./node/subnet.ts";

/** Ports of the processes that listen on this machine. */
export interface Ports {
  readonly api: number;
  readonly etcd: number;
  readonly etcdPeer: number;
  readonly controllerManager: number;
  readonly minio: number;
}

const NAME = /^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/;

/** What a new testbed may use alone. */
export interface Registration {
  readonly ledger: Ledger;
  readonly ports: Ports;
  /** For a node only. */
  readonly subnets?: Subnets;
}

/**
 * Claims a name, ports and, for a node, networks for a new testbed.
 * @throws TestbedError `InvalidName`, `TestbedExists`, `NoFreePort`, `NoFreeNetwork`
 */
export async function registerTestbed(
  testbedsRoot: string,
  options: TestbedOptions,
): Promise<Registration> {
  const name = options.name ?? `t${randomBytes(4).toString("hex")}`;
  if (!NAME.test(name)) {
    throw new TestbedError(
      "InvalidName",
      `"${name}" is no testbed name: use a-z, 0-9 and dashes, at most 32.`,
    );
  }
  return withLock(registryLock(testbedsRoot), async () => {
    const ledger = createLedger(join(testbedsRoot, name), {
      name,
      level: options.level,
      owner: await ownIdentity(),
      mark: `${name}-${randomBytes(8).toString("hex")}`,
    });
    const claimed = claims(testbedsRoot);
    const found = await freePorts(5, claimed.ports, randomInt(100_000));
    ledger.record({ kind: "ports", ports: found });
    const [api = 0, etcd = 0, etcdPeer = 0, controllerManager = 0, minio = 0] = found;
    const ports = { api, etcd, etcdPeer, controllerManager, minio };
    if (options.level === "controlPlane") return { ledger, ports };
    const { used, devices } = await machineNetworks();
    const subnets = chooseSubnets(used, [...devices, ...claimed.devices]);
    ledger.record({ kind: "device", name: subnets.device });
    return { ledger, ports, subnets };
  });
}
