import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts, programPath, startProgram } from "./programs.ts";

/** A kube-apiserver of a test's own. */
export interface ApiServer {
  /** The answer's status and its JSON. */
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Lines of JSON as they come, until the server ends them or nobody reads on. */
  watch(path: string, signal: AbortSignal): AsyncIterable<WatchEvent>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly json: Json;
}

export type Json = Readonly<Record<string, unknown>>;

export interface WatchEvent {
  readonly type: string;
  readonly object: KubeObject;
}

export interface KubeObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: {
    readonly namespace?: string;
    readonly name: string;
    readonly resourceVersion: string;
  };
  /** Of a Status. */
  readonly code?: number;
}

const TOKEN = "test";

/** Starts kube-apiserver on a store. */
export async function startApiServer(
  env: Readonly<Record<string, string | undefined>>,
  storeUrl: string,
): Promise<ApiServer> {
  const directory = mkdtempSync(join(tmpdir(), "api-"));
  const [port = 0] = await freePorts(1);
  const at = (name: string): string => join(directory, name);
  const { privateKey, publicKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  writeFileSync(at("sa.key"), privateKey);
  writeFileSync(at("sa.pub"), publicKey);
  writeFileSync(at("tokens"), `${TOKEN},test,test,system:masters\n`);
  // Its certificate is made at its first start; nobody but this test talks to it.
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
  const open = (method: string, path: string, signal?: AbortSignal): ReturnType<typeof request> =>
    request({
      ...{ agent, method, path, port, host: "127.0.0.1" },
      ...(signal === undefined ? {} : { signal }),
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
    });
  const call: ApiServer["call"] = (method, path, body) =>
    new Promise((resolve, reject) => {
      const sent = open(method, path);
      sent.on("error", reject).on("response", (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part)).on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(parts).toString("utf8");
          const json = text.startsWith("{") ? (JSON.parse(text) as Json) : { text };
          resolve({ status: response.statusCode ?? 0, json });
        });
      });
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  async function* watch(path: string, signal: AbortSignal): AsyncGenerator<WatchEvent> {
    const sent = open("GET", path, signal);
    sent.end();
    try {
      const response = await new Promise<AsyncIterable<Buffer>>((resolve, reject) => {
        sent.on("response", resolve).on("error", reject);
      });
      let rest = "";
      for await (const chunk of response) {
        const lines = `${rest}${chunk.toString("latin1")}`.split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) yield eventOf(JSON.parse(line) as Json);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
  const program = await startProgram({
    program: programPath(env, "kube-apiserver"),
    directory,
    args: [
      `--etcd-servers=${storeUrl}`,
      `--secure-port=${port}`,
      "--bind-address=127.0.0.1",
      `--cert-dir=${directory}`,
      `--token-auth-file=${at("tokens")}`,
      "--authorization-mode=RBAC",
      `--service-account-key-file=${at("sa.pub")}`,
      `--service-account-signing-key-file=${at("sa.key")}`,
      "--service-account-issuer=https://test",
      "--service-cluster-ip-range=10.0.0.0/24",
      "--endpoint-reconciler-type=none",
      "--disable-admission-plugins=ServiceAccount",
    ],
    isReady: async () => (await call("GET", "/readyz")).status === 200,
  });
  const kill = async (): Promise<void> => {
    agent.destroy();
    await program.kill();
    rmSync(directory, { recursive: true });
  };
  return { call, watch, kill };
}

/** A watch that is refused is answered with a Status alone. */
function eventOf(json: Json): WatchEvent {
  const event: unknown = "type" in json ? json : { type: "ERROR", object: json };
  return event as WatchEvent;
}
