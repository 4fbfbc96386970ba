import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Minio, startMinio } from "../../testbed/cluster/minio.ts";
import { runCommand } from "../../testbed/host/command.ts";
import { freePorts } from "../../testbed/host/ports.ts";
import type { Testbed } from "../../testbed/info.ts";
import { testbedOfRun } from "./node-testbed.ts";
import type { Product } from "./product.ts";

/** An S3 server on a volume of a fixed size. */
export interface SmallMinio {
  readonly minio: Minio;
  /** Takes all the room that is left. */
  fill(): void;
  /** Gives it back. */
  makeRoom(): void;
  close(): Promise<void>;
}

const NAME = "small-minio";

/** Starts a MinIO beside that of the testbed; needs root. */
export async function startSmallMinio(
  product: Pick<Product, "testbed">,
  bytes: number,
): Promise<SmallMinio> {
  const testbed = testbedOfRun(product.testbed);
  const directory = mkdtempSync(join(tmpdir(), "open-vcluster-small-"));
  const filling = join(directory, "filling");
  await runCommand("mount", ["-t", "tmpfs", "-o", `size=${String(bytes)}`, "tmpfs", directory]);
  const unmount = async (): Promise<void> => {
    await runCommand("umount", [directory]);
    rmSync(directory, { recursive: true });
  };
  return {
    minio: await startIn(join(directory, "data"), testbed).catch(async (error: unknown) => {
      await unmount();
      throw error;
    }),
    fill: () => {
      for (let size = bytes; size >= 1; size = Math.floor(size / 2)) append(filling, size);
    },
    makeRoom: () => {
      rmSync(filling);
    },
    close: async () => {
      await testbed.remove(NAME);
      await unmount();
    },
  };
}

async function startIn(directory: string, testbed: Testbed): Promise<Minio> {
  const [port = 0] = await freePorts(1, new Set(), Date.now());
  const place = { name: NAME, directory, address: testbed.address, port };
  return startMinio(place, testbed.binaries.minio ?? "", testbed);
}

/** As far as there is room. */
function append(file: string, size: number): void {
  try {
    writeFileSync(file, Buffer.alloc(size), { flag: "a" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  }
}
