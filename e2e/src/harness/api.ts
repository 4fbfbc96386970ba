import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { createInterface } from "node:readline";
import { parse } from "yaml";

/** One answer of the API server. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Metadata of an object. */
export interface Mark {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly creationTimestamp: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/** A line of a watch. */
export interface WatchEvent {
  readonly type: string;
  readonly object: Mark;
}

const WHOLE = "application/json";
const METADATA_ONLY = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";

/** A small client for tests that ask often: one connection pool, raw JSON. */
export interface Api {
  call(method: string, path: string, body?: unknown, contentType?: string): Promise<ApiAnswer>;
  /** `items` of a list. */
  list<T>(path: string): Promise<readonly T[]>;
  /** `items` of a list, without what the objects contain. */
  marks(path: string): Promise<readonly Mark[]>;
  /** Opens a watch on a connection of its own; resolves when it is accepted. Returns its end. */
  watch(path: string, tell: (event: WatchEvent) => void): Promise<() => void>;
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
  const credentials = {
    ca: decoded(cluster["certificate-authority-data"]),
    cert: decoded(user["client-certificate-data"]),
    key: decoded(user["client-key-data"]),
  };
  const agent = new Agent({ keepAlive: true, maxSockets: 16, ...credentials });
  const send = (outgoing: {
    readonly method: string;
    readonly path: string;
    readonly body?: unknown;
    readonly contentType: string;
    readonly accept: string;
  }): Promise<ApiAnswer> =>
    new Promise((resolve, reject) => {
      const { method, path, body, contentType, accept } = outgoing;
      const sent = request(
        new URL(path, cluster["server"]),
        { method, agent, headers: { "content-type": contentType, accept } },
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
      sent.on("error", reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  const itemsOf = async <T>(path: string, accept: string): Promise<readonly T[]> => {
    const { status, body } = await send({ method: "GET", path, contentType: WHOLE, accept });
    if (status !== 200) throw new Error(`GET ${path}: ${String(status)}`);
    // An empty list of metadata has null for its items.
    return (body as { readonly items: readonly T[] | null }).items ?? [];
  };
  return {
    call: (method, path, body, contentType = WHOLE) =>
      send({ method, path, body, contentType, accept: WHOLE }),
    list: (path) => itemsOf(path, WHOLE),
    marks: (path) => itemsOf(path, METADATA_ONLY),
    watch: (path, tell) =>
      new Promise((resolve, reject) => {
        const sent = request(
          new URL(path, cluster["server"]),
          { agent: false, ...credentials },
          (incoming) => {
            if (incoming.statusCode !== 200) {
              reject(new Error(`GET ${path}: ${String(incoming.statusCode)}`));
            }
            createInterface(incoming)
              .on("line", (line) => {
                tell(JSON.parse(line) as WatchEvent);
              })
              // It ends by being cut off.
              .on("error", () => undefined);
            resolve(() => sent.destroy());
          },
        );
        sent.on("error", reject);
        sent.end();
      }),
    close: () => {
      agent.destroy();
    },
  };
}
