import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** Passes TCP connections on unharmed, and counts them. */
export interface TcpRelay {
  readonly port: number;
  /** Connections accepted so far. */
  accepted(): number;
  open(): number;
  close(): Promise<void>;
}

/** Starts a relay on a free port of the loopback to the host and port of `server`. */
export async function startTcpRelay(server: string): Promise<TcpRelay> {
  const target = new URL(server);
  const sockets = new Set<Socket>();
  let accepted = 0;
  const relay = createServer((incoming) => {
    accepted += 1;
    const outgoing = connect(Number(target.port), target.hostname);
    sockets.add(incoming);
    for (const [from, to] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      from.on("error", () => to.destroy());
      from.on("close", () => to.destroy());
      from.pipe(to);
    }
    incoming.on("close", () => sockets.delete(incoming));
  });
  relay.listen(0, "127.0.0.1");
  await once(relay, "listening");
  return {
    port: (relay.address() as AddressInfo).port,
    accepted: () => accepted,
    open: () => sockets.size,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => relay.close(resolve));
    },
  };
}
