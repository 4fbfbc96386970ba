import { once } from "node:events";
import { createConnection, type Server, type Socket } from "node:net";
import { pipeline } from "node:stream";
import { createServer, type TLSSocket } from "node:tls";
import type { TlsParts } from "./certificates.ts";

/** Where connections come in, and where they go to. */
export interface ProxySpec {
  readonly tls: TlsParts;
  /** 0 for any that is free. */
  readonly port: number;
  readonly socket: string;
}

/**
 * Listens for connections of those who hold the one client certificate, and passes what they send on to a socket of the
 * same machine, and back. Resolves when it listens.
 */
export async function startProxy({ tls, port, socket }: ProxySpec): Promise<Server> {
  const server = createServer(
    {
      ...tls,
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: "TLSv1.3",
      // gRPC clients insist on it; kine speaks it without being asked.
      ALPNProtocols: ["h2"],
    },
    (incoming: TLSSocket) => {
      join(incoming, createConnection(socket));
    },
  );
  server.listen(port);
  await once(server, "listening");
  return server;
}

/** A side that ends or fails takes the other with it; the client sees that and asks again. */
function join(a: Socket, b: Socket): void {
  const done = (): void => undefined;
  pipeline(a, b, done);
  pipeline(b, a, done);
}
