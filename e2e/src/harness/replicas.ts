import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FacadeProcess } from "./facade-process.ts";
import type { Product } from "./product.ts";

/** Several facades behind one address, as behind a Service. */
export interface Replicas {
  /** Of the address of all; each new connection goes to the next one that listens. */
  readonly port: number;
  /** Ports of those that serve now. */
  ports(): readonly number[];
  /** SIGKILL for the one at this place as soon as another one serves; its successor is started. */
  replace(at: number): Promise<void>;
  /** How many were killed. */
  deaths(): number;
  stop(): Promise<void>;
}

interface Replica {
  readonly facade: FacadeProcess;
  /** Rejects if it ends before. */
  readonly serving: Promise<number>;
  /** Undefined until it serves. */
  port: number | undefined;
}

/** Starts so many facades of an installation; they share the key of page tokens. Resolves when all serve. */
export async function startReplicas(
  product: Pick<Product, "startFacade">,
  count: number,
  env: Readonly<Record<string, string>> = {},
): Promise<Replicas> {
  const directory = mkdtempSync(join(tmpdir(), "open-vcluster-replicas-"));
  const pageTokenKeyFile = join(directory, "page-token-key");
  writeFileSync(pageTokenKeyFile, randomBytes(32));
  const begin = (): Replica => {
    const facade = product.startFacade({
      env: { PAGE_TOKEN_KEY_FILE: pageTokenKeyFile, ...env },
    });
    const replica: Replica = { facade, serving: facade.serving(), port: undefined };
    replica.serving.then(
      (port) => {
        replica.port = port;
      },
      // One that is killed before it serves was meant to be.
      () => undefined,
    );
    return replica;
  };
  const replicas = Array.from({ length: count }, begin);
  const ports = (): readonly number[] =>
    replicas.flatMap(({ facade, port }) => (facade.hasEnded() ? [] : (port ?? [])));
  const balancer = await startBalancer(ports);
  await Promise.all(replicas.map(({ serving }) => serving));
  let deaths = 0;
  const replaceNow = async (at: number): Promise<void> => {
    await Promise.any(replicas.toSpliced(at, 1).map(({ serving }) => serving));
    replicas[at]?.facade.kill("SIGKILL");
    replicas[at] = begin();
    deaths += 1;
  };
  let turn = Promise.resolve();
  return {
    port: balancer.port,
    ports,
    deaths: () => deaths,
    replace: (at) => {
      turn = turn.then(() => replaceNow(at));
      return turn;
    },
    stop: async () => {
      balancer.close();
      await Promise.all(replicas.map(({ facade }) => facade.stop()));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Passes each connection on to the next port that accepts one; closes it if none does. */
async function startBalancer(
  ports: () => readonly number[],
): Promise<{ readonly port: number; close(): void }> {
  const sockets = new Set<Socket>();
  let turn = 0;
  const passOn = (incoming: Socket, candidates: readonly number[]): void => {
    const [port, ...others] = candidates;
    if (port === undefined) {
      incoming.destroy();
      return;
    }
    const outgoing = connect(port, "127.0.0.1");
    const next = (): void => {
      passOn(incoming, others);
    };
    outgoing.once("error", next);
    outgoing.once("connect", () => {
      outgoing.off("error", next);
      couple(incoming, outgoing);
    });
  };
  const server = createServer((incoming) => {
    sockets.add(incoming);
    incoming.once("close", () => sockets.delete(incoming));
    incoming.on("error", () => undefined);
    turn += 1;
    const all = ports();
    const first = turn % Math.max(1, all.length);
    passOn(incoming, [...all.slice(first), ...all.slice(0, first)]);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function couple(incoming: Socket, outgoing: Socket): void {
  for (const [from, to] of [
    [incoming, outgoing],
    [outgoing, incoming],
  ] as const) {
    from.on("error", () => to.destroy());
    from.on("close", () => to.destroy());
    from.pipe(to);
  }
}
