import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { parse } from "yaml";

/** One answer of the API server. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** A small client for tests that ask often: one connection pool, raw JSON. */
export interface Api {
  call(method: string, path: string, body?: unknown, contentType?: string): Promise<ApiAnswer>;
  /** `items` of a list. */
  list<T>(path: string): Promise<readonly T[]>;
  close(): void;
}

interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: Readonly<Record<string, string>> }[];
  readonly users: readonly { readonly user: Readonly<Record<string, string>> }[];
}

/** Opens the API server of a kubeconfig file with embedded certificates. */
export function openApi(kubeconfig: string): Api {
  const config = parse(readFileSync(kubeconfig, "utf8")) as Kubeconfig;
  const cluster = config.clusters[0]?.cluster ?? {};
  const user = config.users[0]?.user ?? {};
  const decoded = (text: string | undefined): Buffer => Buffer.from(text ?? "", "base64");
  const agent = new Agent({
    keepAlive: true,
    maxSockets: 16,
    ca: decoded(cluster["certificate-authority-data"]),
    cert: decoded(user["client-certificate-data"]),
    key: decoded(user["client-key-data"]),
  });
  const call: Api["call"] = (method, path, body, contentType = "application/json") =>
    new Promise((resolve, reject) => {
      const outgoing = request(
        new URL(path, cluster["server"]),
        { method, agent, headers: { "content-type": contentType, accept: "application/json" } },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
          incoming.on("end", () => {
            const text = Buffer.concat(chunks).toString("utf8");
            resolve({
              status: incoming.statusCode ?? 0,
              body: text.startsWith("{") ? (JSON.parse(text) as unknown) : text,
            });
          });
          incoming.on("error", reject);
        },
      );
      outgoing.on("error", reject);
      outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    });
  return {
    call,
    list: async <T>(path: string) => {
      const { status, body } = await call("GET", path);
      if (status !== 200) throw new Error(`GET ${path}: ${String(status)}`);
      return (body as { readonly items: readonly T[] }).items;
    },
    close: () => {
      agent.destroy();
    },
  };
}
