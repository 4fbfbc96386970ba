import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { createConnection } from "node:net";

/** Answers `/readyz` with 200 while the socket takes connections, else with 503. Resolves when it listens. */
export async function startHealth(port: number, socket: string): Promise<Server> {
  const server = createServer((_request, response) => {
    void takesConnections(socket).then((isReady) => {
      response.writeHead(isReady ? 200 : 503).end();
    });
  });
  server.listen(port);
  await once(server, "listening");
  return server;
}

async function takesConnections(socket: string): Promise<boolean> {
  const connection = createConnection(socket);
  try {
    await once(connection, "connect");
    return true;
  } catch {
    return false;
  } finally {
    connection.destroy();
  }
}
