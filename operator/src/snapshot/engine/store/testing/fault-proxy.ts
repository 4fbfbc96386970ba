import { once } from "node:events";
import {
  createServer,
  request as forward,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * What the proxy does to a request.
 *
 * - `resetBefore`: resets the connection before the store sees the request.
 * - `resetAfter`: the store does what is asked, and its answer is lost.
 * - `stall`: nothing ever comes.
 * - `stallHalfWay`: half of the answer comes.
 * - `slow`: the answer trickles in.
 * - `cutRequest`: half of the body arrives, then the connection breaks.
 * - `damageRequest`: a byte of the body is another one.
 * - `truncateAnswer`: the connection is closed after half of the body.
 * - `shortenAnswer`: half of the body, of which the header says that it is all.
 * - `damageAnswer`: a byte of the body is another one.
 */
export type Fault =
  | "resetBefore"
  | "resetAfter"
  | "stall"
  | "stallHalfWay"
  | "slow"
  | "cutRequest"
  | "damageRequest"
  | "truncateAnswer"
  | "shortenAnswer"
  | "damageAnswer"
  | { readonly status: number };

/** A request as the proxy saw it. */
export interface Seen {
  readonly method: string;
  readonly url: URL;
}

/** A proxy before a store that speaks HTTP. */
export interface FaultProxy {
  readonly endpoint: URL;
  readonly seen: readonly Seen[];
  /** Does this to the next `times` requests that match. */
  failNext(fault: Fault, matches?: (request: Seen) => boolean, times?: number): void;
  close(): Promise<void>;
}

interface Rule {
  readonly fault: Fault;
  readonly matches: (request: Seen) => boolean;
  left: number;
}

const TRICKLES = 20;
const TRICKLE_MS = 50;

/** Starts a proxy on a free port of the loopback. */
export async function startFaultProxy(upstream: URL): Promise<FaultProxy> {
  const seen: Seen[] = [];
  const rules: Rule[] = [];
  const server = createServer((incoming, response) => {
    const url = new URL(incoming.url ?? "/", upstream);
    const request = { method: incoming.method ?? "", url };
    seen.push(request);
    const rule = rules.find(({ left, matches }) => left > 0 && matches(request));
    if (rule !== undefined) rule.left -= 1;
    serve({ incoming, response, url }, rule?.fault).catch(() => response.socket?.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    seen,
    failNext: (fault, matches = () => true, times = 1) => {
      rules.push({ fault, matches, left: times });
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Passing {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
}

async function serve(passing: Passing, fault: Fault | undefined): Promise<void> {
  const { incoming, response } = passing;
  const body = await readAll(incoming);
  switch (fault) {
    case "resetBefore":
      response.socket?.resetAndDestroy();
      return;
    case "stall":
      return;
    case "cutRequest":
      await cutUpstream(passing, body);
      response.socket?.destroy();
      return;
    default:
  }
  if (typeof fault === "object") {
    response.writeHead(fault.status, { "content-length": 0 }).end();
    return;
  }
  const answer = await ask(passing, fault === "damageRequest" ? damaged(body) : body);
  await reply(response, answer, fault);
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

async function reply(
  response: ServerResponse,
  answer: Answer,
  fault: Exclude<Fault, object> | undefined,
): Promise<void> {
  const { status, headers, body } = answer;
  const half = body.subarray(0, Math.floor(body.byteLength / 2));
  switch (fault) {
    case "resetAfter":
      response.socket?.resetAndDestroy();
      return;
    case "truncateAnswer":
      response.writeHead(status, headers);
      response.write(half, () => response.socket?.end());
      return;
    case "stallHalfWay":
      response.writeHead(status, headers).write(half);
      return;
    case "shortenAnswer":
      response.writeHead(status, { ...headers, "content-length": `${half.byteLength}` }).end(half);
      return;
    case "damageAnswer":
      response.writeHead(status, headers).end(damaged(body));
      return;
    case "slow": {
      response.writeHead(status, headers);
      const piece = Math.ceil(body.byteLength / TRICKLES);
      for (let from = 0; from < body.byteLength; from += piece) {
        response.write(body.subarray(from, from + piece));
        await sleep(TRICKLE_MS);
      }
      response.end();
      return;
    }
    default:
      response.writeHead(status, headers).end(body);
  }
}

async function ask({ incoming, url }: Passing, body: Buffer): Promise<Answer> {
  const sent = forward(url, { method: incoming.method, headers: incoming.headers, agent: false });
  sent.end(body);
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    body: await readAll(answer),
  };
}

async function cutUpstream({ incoming, url }: Passing, body: Buffer): Promise<void> {
  const sent = forward(url, { method: incoming.method, headers: incoming.headers, agent: false });
  sent.on("error", () => undefined);
  await new Promise<void>((resolve) => {
    sent.write(body.subarray(0, body.byteLength / 2), () => {
      sent.destroy();
      resolve();
    });
  });
}

function damaged(body: Buffer): Buffer {
  const copy = Buffer.from(body);
  const at = Math.floor(copy.byteLength / 2);
  copy[at] = (copy[at] ?? 0) ^ 0x10;
  return copy;
}

async function readAll(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
