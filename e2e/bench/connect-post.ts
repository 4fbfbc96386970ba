import { Agent, request } from "node:http";

/** Calls one method by plain POSTs of JSON, as light as the raw calls that it is compared with. */
export interface ConnectPost {
  post(method: string, message: object): Promise<void>;
  close(): void;
}

/** Opens one connection to the API at a port of the loopback. */
export function openConnectPost(port: number, token: string): ConnectPost {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
  return {
    post: (method, message) =>
      new Promise((resolve, reject) => {
        const options = { host: "127.0.0.1", port, method: "POST", path: `/${method}` };
        const sent = request({ ...options, agent, headers }, (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
          incoming.on("error", reject);
          incoming.on("end", () => {
            const text = Buffer.concat(chunks).toString("utf8");
            if (incoming.statusCode === 200) {
              JSON.parse(text);
              resolve();
            } else {
              reject(new Error(`${method}: ${String(incoming.statusCode)} ${text}`));
            }
          });
        });
        sent.on("error", reject);
        sent.end(JSON.stringify(message));
      }),
    close: () => {
      agent.destroy();
    },
  };
}
