import {
  type DescMethodServerStreaming,
  type DescMethodUnary,
  fromJson,
  type JsonObject,
  type JsonValue,
  toJson,
} from "@bufbuild/protobuf";
import { type Code, ConnectError, type Transport } from "@connectrpc/connect";
import { createAsyncIterable } from "@connectrpc/connect/protocol";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-web";
import { VClusterService } from "@open-vcluster/api";

/** What the page is asked to call. */
export interface PageCall {
  readonly baseUrl: string;
  readonly token: string;
  readonly protocol: "Connect" | "gRPC-web";
  readonly method: string;
  readonly request: JsonObject;
  /** A stream is given up after so many answers, … */
  readonly count: number;
  /** … or when its virtual cluster is in this phase. */
  readonly phase?: string;
}

/** What it was told. */
export type PageAnswer =
  | { readonly answers: readonly JsonValue[] }
  | { readonly answers?: undefined; readonly code: Code; readonly message: string };

const METHODS: readonly (DescMethodUnary | DescMethodServerStreaming)[] = Object.values(
  VClusterService.method,
);

/** Runs in the browser; tests find it on the page's global object. */
async function callApi(asked: PageCall): Promise<PageAnswer> {
  try {
    return { answers: await answersOf(asked) };
  } catch (error) {
    const { code, rawMessage: message } = ConnectError.from(error);
    return { code, message };
  }
}

async function answersOf(asked: PageCall): Promise<readonly JsonValue[]> {
  const method = METHODS.find(({ name }) => name === asked.method);
  if (method === undefined) throw new Error(`There is no ${asked.method}`);
  const transport = transportOf(asked);
  const header = { authorization: `Bearer ${asked.token}` };
  const request = fromJson(method.input, asked.request);
  if (method.methodKind === "unary") {
    const { message } = await transport.unary(method, undefined, undefined, header, request);
    return [toJson(method.output, message)];
  }
  const stop = new AbortController();
  const { signal } = stop;
  const { message } = await transport.stream(
    method,
    signal,
    undefined,
    header,
    createAsyncIterable([request]),
  );
  const answers: JsonValue[] = [];
  for await (const one of message) {
    const answer = toJson(method.output, one);
    answers.push(answer);
    if (answers.length === asked.count || phaseOf(answer) === asked.phase) break;
  }
  stop.abort();
  return answers;
}

/** Phase of the virtual cluster in an answer; empty if there is none. */
export function phaseOf(answer: JsonValue): string {
  const { vcluster } = answer as { readonly vcluster?: { readonly status?: { phase?: string } } };
  return vcluster?.status?.phase ?? "";
}

function transportOf({ protocol, baseUrl }: PageCall): Transport {
  return protocol === "Connect"
    ? createConnectTransport({ baseUrl })
    : createGrpcWebTransport({ baseUrl });
}

Object.assign(globalThis, { callApi });
