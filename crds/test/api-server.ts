import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { parse } from "yaml";

/** An answer of the API server. */
export interface Answer {
  readonly status: number;
  readonly body: AnswerBody;
}

/** The fields that the tests read from objects, Tables and Statuses. */
export interface AnswerBody {
  readonly message?: string;
  readonly details?: { readonly causes?: readonly Cause[] };
  readonly metadata?: { readonly name: string; readonly resourceVersion: string };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>>;
  readonly columnDefinitions?: readonly { readonly name: string; readonly priority: number }[];
  readonly rows?: readonly { readonly cells: readonly unknown[] }[];
}

interface Cause {
  readonly field?: string;
  readonly message?: string;
}

interface Call {
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
}

/** Calls the API server that a kubeconfig with inline certificates names. */
export type Api = (method: string, path: string, call?: Call) => Promise<Answer>;

interface Kubeconfig {
  readonly clusters: readonly {
    readonly cluster: { readonly server: string; readonly "certificate-authority-data": string };
  }[];
  readonly users: readonly {
    readonly user: {
      readonly "client-certificate-data": string;
      readonly "client-key-data": string;
    };
  }[];
}

/** Connects to the testbed's API server; `close` ends the kept connections. */
export function connectApi(kubeconfigPath: string): {
  readonly api: Api;
  readonly close: () => void;
} {
  const config = parse(readFileSync(kubeconfigPath, "utf8")) as Kubeconfig;
  const cluster = config.clusters[0]?.cluster;
  const user = config.users[0]?.user;
  if (cluster === undefined || user === undefined) throw new Error("the kubeconfig is empty");
  const agent = new Agent({
    keepAlive: true,
    ca: decode(cluster["certificate-authority-data"]),
    cert: decode(user["client-certificate-data"]),
    key: decode(user["client-key-data"]),
  });
  const api: Api = (method, path, call = {}) =>
    send(new URL(path, cluster.server), agent, method, call);
  return {
    api,
    close: () => {
      agent.destroy();
    },
  };
}

function send(url: URL, agent: Agent, method: string, call: Call): Promise<Answer> {
  const headers = {
    accept: call.accept ?? "application/json",
    "content-type": call.contentType ?? "application/json",
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        resolve({ status: response.statusCode ?? 0, body: readBody(text) });
      });
    });
    outgoing.on("error", reject);
    outgoing.end(call.body === undefined ? undefined : written(call.body));
  });
}

// An API that is not served yet answers in plain text.
function readBody(text: string): AnswerBody {
  return text.startsWith("{") ? (JSON.parse(text) as AnswerBody) : { message: text };
}

function written(body: unknown): string {
  return typeof body === "string" ? body : JSON.stringify(body);
}

function decode(base64: string): string {
  return Buffer.from(base64, "base64").toString("utf8");
}
