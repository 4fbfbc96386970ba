import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { etcdSeedArguments } from "../restore/etcd-seed.ts";
import { seedKine } from "../restore/kine-seed.ts";
import type { KvDialect } from "../source/kv-store.ts";
import { etcdData, kineData, newDirectory, startKv } from "./kv-process.ts";
import { programPath } from "./programs.ts";

const run = promisify(execFile);

/** A directory for `startKv` with an empty store that stands at a revision. */
export async function seededDirectory(
  env: Readonly<Record<string, string | undefined>>,
  dialect: KvDialect,
  revision: number,
): Promise<string> {
  const first = newDirectory();
  await (await startKv(env, dialect, first)).kill();
  if (dialect === "kine") {
    seedKine(kineData(first), revision);
    return first;
  }
  const seeded = newDirectory();
  const member = { name: "default", peerUrl: "http://127.0.0.1:2380" };
  const args = etcdSeedArguments({
    emptyDatabase: join(etcdData(first), "member/snap/db"),
    dataDirectory: etcdData(seeded),
    revision,
    member,
    cluster: [member],
    token: "test",
  });
  await run(programPath(env, "etcdutl"), args);
  rmSync(first, { recursive: true });
  return seeded;
}
