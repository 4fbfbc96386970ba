import { randomBytes, randomInt } from "node:crypto";
import { join } from "node:path";
import { TestbedError } from "./failure.ts";
import { withLock } from "./host/lock.ts";
import { freePorts } from "./host/ports.ts";
import { ownIdentity } from "./host/process.ts";
import type { TestbedOptions } from "./info.ts";
import { claimedPorts, createLedger, type Ledger } from "./ledger/ledger.ts";
import { registryLock } from "./ledger/stale.ts";

/** Ports of the processes that listen on this machine. */
export interface Ports {
  readonly api: number;
  readonly etcd: number;
  readonly etcdPeer: number;
  readonly controllerManager: number;
  readonly minio: number;
}

const NAME = /^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/;

/**
 * Claims a name and ports for a new testbed.
 * @throws TestbedError `InvalidName`, `TestbedExists`
 */
export async function registerTestbed(
  testbedsRoot: string,
  options: TestbedOptions,
): Promise<{ readonly ledger: Ledger; readonly ports: Ports }> {
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
      owner: options.owner === "nobody" ? null : await ownIdentity(),
      mark: `${name}-${randomBytes(8).toString("hex")}`,
    });
    const found = await freePorts(5, claimedPorts(testbedsRoot), randomInt(100_000));
    ledger.record({ kind: "ports", ports: found });
    const [api = 0, etcd = 0, etcdPeer = 0, controllerManager = 0, minio = 0] = found;
    return { ledger, ports: { api, etcd, etcdPeer, controllerManager, minio } };
  });
}
