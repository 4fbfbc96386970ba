import { once } from "node:events";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { TlsParts } from "./certificates.ts";
import { startHealth } from "./health.ts";
import { startKine } from "./kine.ts";
import { startProxy } from "./proxy.ts";
import { setAsideDamaged } from "./set-aside.ts";
import type { ForwarderSettings } from "./settings.ts";

/** Offers a store over TLS until it is asked to end, or its own kine ends. Resolves to the exit code. */
export async function runForwarder(
  settings: ForwarderSettings,
  signal: AbortSignal,
): Promise<number> {
  const { mode, socket, database, port, healthPort, tlsDirectory } = settings;
  const tls = await readTls(tlsDirectory);
  if (mode === "renew") await setAsideDamaged(database);
  const kine = mode === "socket" ? undefined : startKine(settings);
  const servers = [await startHealth(healthPort, socket), await startProxy({ tls, port, socket })];
  if (!signal.aborted) {
    await Promise.race([once(signal, "abort"), ...(kine === undefined ? [] : [kine.gone])]);
  }
  for (const server of servers) server.close();
  await kine?.end();
  return signal.aborted ? 0 : 1;
}

/** By the names of a Secret of type `kubernetes.io/tls`. */
async function readTls(directory: string): Promise<TlsParts> {
  const [ca, cert, key] = await Promise.all(
    ["ca.crt", "tls.crt", "tls.key"].map((name) => readFile(path.join(directory, name), "utf8")),
  );
  return { ca: ca ?? "", cert: cert ?? "", key: key ?? "" };
}
