import { readFile, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { Transform } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { parse, stringify } from "yaml";

/** A TCP proxy in front of an API server that can stop passing bytes, as a hung server would. */
export interface PausableProxy {
  /** A kubeconfig whose server is the proxy. */
  readonly kubeconfig: string;
  pause(): void;
  resume(): void;
  close(): Promise<void>;
}

interface Kubeconfig {
  clusters: { cluster: { server: string; "tls-server-name"?: string } }[];
}

/**
 * Puts a proxy in front of the first cluster of a kubeconfig; the copy is written into `directory`.
 *
 * @param latencyMs - By how much each answer is late.
 */
export async function createPausableProxy(
  kubeconfig: string,
  directory: string,
  latencyMs: number,
): Promise<PausableProxy> {
  const config = parse(await readFile(kubeconfig, "utf8")) as Kubeconfig;
  const cluster = config.clusters[0]?.cluster;
  if (cluster === undefined) throw new Error("the kubeconfig names no cluster");
  const upstream = new URL(cluster.server);
  const sockets = new Set<Socket>();
  let paused = false;
  const add = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy()).on("close", () => sockets.delete(socket));
    return socket;
  };
  const server = createServer((near) => {
    const far = connect(Number(upstream.port), upstream.hostname);
    add(near).pipe(add(far)).pipe(lateBy(latencyMs)).pipe(near);
    near.on("close", () => far.destroy());
    if (paused) for (const socket of [near, far]) socket.pause();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  cluster.server = `https://127.0.0.1:${port}`;
  cluster["tls-server-name"] = upstream.hostname;
  const path = join(directory, `kubeconfig-${port}`);
  await writeFile(path, stringify(config), { mode: 0o600 });
  return {
    kubeconfig: path,
    pause: () => {
      paused = true;
      for (const socket of sockets) socket.pause();
    },
    resume: () => {
      paused = false;
      for (const socket of sockets) socket.resume();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function lateBy(latencyMs: number): Transform {
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      void delay(latencyMs).then(() => {
        done(null, chunk);
      });
    },
  });
}
