import {
  create,
  type DescMessage,
  type DescMethodUnary,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import { type ChannelOptions, Client, credentials } from "@grpc/grpc-js";
import { toKvError } from "./kv-error.ts";
import type { KvCall } from "./kv-store.ts";

/** Where a store is and how to prove who asks. */
export interface KvEndpoint {
  /** `https://HOST:PORT`, `http://HOST:PORT`, or `unix:///PATH` of kine's socket. */
  readonly url: string;
  /** The name that the server's certificate is of; that of `url` if absent. */
  readonly serverName?: string;
  /** PEM. */
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string };
}

export interface KvConnection {
  /**
   * @param input - a message, or its bytes
   * @throws KvError, or the reason of the aborted signal
   */
  call<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    input: MessageInitShape<I> | Buffer,
    call: KvCall,
  ): Promise<MessageShape<O>>;
  close(): void;
}

/** Larger answers are refused before they are read: a page of values must not fill the memory. */
const READ_MAX_BYTES = 32 << 20;
const CALL_TIMEOUT_MS = 120_000;
const UNIX = "unix:";

const OPTIONS: ChannelOptions = {
  "grpc.max_receive_message_length": READ_MAX_BYTES,
  // A page arrives without waiting for each 64 KiB of it to be acknowledged.
  "grpc-node.flow_control_window": 4 << 20,
  // A store that restarts is back within seconds; the default waits for up to two minutes.
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 1_000,
  // Connections are not shared between endpoints that differ by their certificates alone, and end with their client.
  "grpc.use_local_subchannel_pool": 1,
  "grpc.enable_channelz": 0,
  "grpc.enable_http_proxy": 0,
  "grpc.service_config_disable_resolution": 1,
};

/** One gRPC connection, which is opened by the first call. */
export function connectEndpoint(endpoint: KvEndpoint): KvConnection {
  const client = clientOf(endpoint);
  return {
    async call(method, input, { signal }) {
      signal?.throwIfAborted();
      try {
        return await callUnary(client, method, input, signal);
      } catch (error) {
        signal?.throwIfAborted();
        throw toKvError(error, endpoint.url);
      }
    },
    close: () => {
      client.close();
    },
  };
}

function callUnary<I extends DescMessage, O extends DescMessage>(
  client: Client,
  method: DescMethodUnary<I, O>,
  input: MessageInitShape<I> | Buffer,
  signal: AbortSignal | undefined,
): Promise<MessageShape<O>> {
  return new Promise((resolve, reject) => {
    const call = client.makeUnaryRequest(
      `/${method.parent.typeName}/${method.name}`,
      (bytes: Buffer) => bytes,
      (bytes) => fromBinary(method.output, bytes, { readUnknownFields: false }),
      Buffer.isBuffer(input)
        ? input
        : Buffer.from(toBinary(method.input, create(method.input, input))),
      { deadline: Date.now() + CALL_TIMEOUT_MS },
      (error, answer) => {
        signal?.removeEventListener("abort", cancel);
        if (answer === undefined) reject(error ?? new Error("No answer"));
        else resolve(answer);
      },
    );
    const cancel = (): void => {
      call.cancel();
    };
    signal?.addEventListener("abort", cancel);
  });
}

function clientOf({ url, serverName, tls }: KvEndpoint): Client {
  if (url.startsWith(UNIX)) return new Client(url, credentials.createInsecure(), OPTIONS);
  const { protocol, host } = new URL(url);
  if (protocol === "http:") return new Client(host, credentials.createInsecure(), OPTIONS);
  const named =
    serverName === undefined
      ? {}
      : { "grpc.ssl_target_name_override": serverName, "grpc.default_authority": serverName };
  return new Client(host, channelCredentials(tls), { ...OPTIONS, ...named });
}

function channelCredentials(tls: KvEndpoint["tls"]): ReturnType<typeof credentials.createSsl> {
  if (tls === undefined) return credentials.createSsl();
  const { ca, cert, key } = tls;
  return credentials.createSsl(Buffer.from(ca), Buffer.from(key), Buffer.from(cert));
}
