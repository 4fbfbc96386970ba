import type { Transport } from "@connectrpc/connect";
import { createAsyncIterable } from "@connectrpc/connect/protocol";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { restDoor } from "./rest-client.ts";
import { authorization, type ClientTls, type Talk } from "./talk.ts";

/** One of the protocols that the API speaks. */
export interface Door {
  readonly name: string;
  /** For names of objects. */
  readonly slug: string;
  /** `tls` goes with a base URL that begins with `https:`. */
  readonly open: (baseUrl: string, tls?: ClientTls) => Talk;
}

type Deadline = (ms: number) => readonly [header: string, value: string];

const CONNECT: Deadline = (ms) => ["connect-timeout-ms", String(ms)];
const GRPC: Deadline = (ms) => ["grpc-timeout", `${String(ms)}m`];

/** Every protocol. */
export const DOORS: readonly Door[] = [
  {
    name: "Connect JSON",
    slug: "json",
    open: (baseUrl, tls) =>
      talkOver(
        createConnectTransport({
          baseUrl,
          httpVersion: "1.1",
          useBinaryFormat: false,
          nodeOptions: { ...tls },
        }),
        CONNECT,
      ),
  },
  {
    name: "Connect binary",
    slug: "binary",
    open: (baseUrl, tls) =>
      talkOver(
        createConnectTransport({
          baseUrl,
          httpVersion: "2",
          useBinaryFormat: true,
          nodeOptions: { ...tls },
        }),
        CONNECT,
      ),
  },
  {
    name: "gRPC",
    slug: "grpc",
    open: (baseUrl, tls) =>
      talkOver(createGrpcTransport({ baseUrl, nodeOptions: { ...tls } }), GRPC),
  },
  {
    name: "gRPC-web",
    slug: "web",
    open: (baseUrl, tls) =>
      talkOver(
        createGrpcWebTransport({ baseUrl, httpVersion: "1.1", nodeOptions: { ...tls } }),
        GRPC,
      ),
  },
  { name: "REST", slug: "rest", open: restDoor(CONNECT) },
];

function talkOver(transport: Transport, deadline: Deadline): Talk {
  return async function* ({ method, request, serverDeadlineMs, signal, ...caller }) {
    const header = new Headers(authorization(caller));
    if (serverDeadlineMs !== undefined) header.set(...deadline(serverDeadlineMs));
    if (method.methodKind === "unary") {
      yield (await transport.unary(method, signal, undefined, header, request)).message;
    } else {
      const answer = await transport.stream(
        method,
        signal,
        undefined,
        header,
        createAsyncIterable([request]),
      );
      yield* answer.message;
    }
  };
}
