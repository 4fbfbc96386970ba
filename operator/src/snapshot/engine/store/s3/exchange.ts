import http from "node:http";
import https from "node:https";
import type { ClientOptions } from "minio";

type Transport = NonNullable<ClientOptions["transport"]>;

/** Answers that the client throws away unread. */
const UNREAD = new Set([408, 429, 499, 500, 502, 503, 504, 520]);

/** One request and its answer, as far as the client does not show them. */
export interface Exchange {
  readonly transport: Transport;
  /** Of the answer, once it came. */
  readonly status: () => number | undefined;
  /** The reader works on what it has: the silence is ours, and not the store's. */
  readonly hold: () => void;
  readonly release: () => void;
}

/** What bounds an exchange. */
export interface ExchangeBounds {
  readonly silenceMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Lets the client send one request that ends when it is aborted, or when the connection is silent for too long. */
export function createExchange({ silenceMs, signal }: ExchangeBounds): Exchange {
  let current: http.ClientRequest | undefined;
  let status: number | undefined;

  const send = (
    options: https.RequestOptions,
    take: (response: http.IncomingMessage) => void,
  ): http.ClientRequest => {
    const { request } = options.protocol === "https:" ? https : http;
    const bounded = { ...options, timeout: silenceMs, ...(signal === undefined ? {} : { signal }) };
    const sent = request(bounded, (response) => {
      status = response.statusCode;
      if (status !== undefined && UNREAD.has(status)) response.resume();
      take(response);
    });
    sent.on("timeout", () => {
      sent.destroy(new SilenceError(silenceMs));
    });
    current = sent;
    return sent;
  };

  return {
    // The client calls this one of the signatures of `request` only.
    transport: { request: send as typeof http.request },
    status: () => status,
    hold: () => current?.setTimeout(0),
    release: () => current?.setTimeout(silenceMs),
  };
}

class SilenceError extends Error {
  override readonly name = "SilenceError";
  readonly code = "ETIMEDOUT";

  constructor(silenceMs: number) {
    super(`nothing came for ${silenceMs} ms`);
  }
}
