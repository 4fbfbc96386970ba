import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Components, createComponents } from "./component.ts";
import { TestbedError } from "./failure.ts";
import { withLock } from "./host/lock.ts";
import type { Testbed, TestbedInfo } from "./info.ts";
import { openLedger, readLedger, testbedNames } from "./ledger/ledger.ts";
import { registryLock } from "./ledger/stale.ts";
import { undoTestbed } from "./ledger/undo.ts";
import { importImages } from "./node/containerd.ts";
import { machineOf } from "./node/machine.ts";

/** File in a testbed's directory that appears when it is ready. */
export const INFO_FILE = "testbed.json";

/** The handle of a ready testbed. */
export function testbedOf(
  info: TestbedInfo,
  components: Components,
  testbedsRoot: string,
): Testbed {
  return {
    ...info,
    ...components,
    async loadImage(tarPath) {
      const { ctr } = info.binaries;
      if (info.node === undefined || ctr === undefined) {
        throw new TestbedError("NoNode", `Testbed ${info.name} has no node to run an image.`);
      }
      const machine = machineOf(components.identityOf("machine").pid, "");
      await importImages(ctr, machine, [tarPath]);
    },
    stop: () => stopTestbed(testbedsRoot, info.name),
  };
}

/**
 * The handle of a testbed that this or another process started.
 * @returns undefined when there is none of that name, or it never became ready
 */
export function attachTestbed(testbedsRoot: string, name: string): Testbed | undefined {
  const directory = join(testbedsRoot, name);
  const content = readLedger(directory);
  if (content === undefined || !existsSync(join(directory, INFO_FILE))) return undefined;
  const info = JSON.parse(readFileSync(join(directory, INFO_FILE), "utf8")) as TestbedInfo;
  return testbedOf(info, createComponents(openLedger(directory, content.head)), testbedsRoot);
}

/**
 * Removes a testbed in whatever state it is; fine when there is none.
 * @throws TestbedError `LeftoverRemains`
 */
export async function stopTestbed(testbedsRoot: string, name: string): Promise<void> {
  if (!testbedNames(testbedsRoot).includes(name)) return;
  await withLock(registryLock(testbedsRoot), () => undoTestbed(join(testbedsRoot, name)));
}
