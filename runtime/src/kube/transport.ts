import { StringDecoder } from "node:string_decoder";
import { type Dispatcher, request } from "undici";
import { Failure } from "../failure.ts";
import { KUBE_REQUEST_DURATION, KUBE_REQUESTS } from "../process/metric-catalog.ts";
import type { Metrics } from "../process/metrics.ts";
import type { KubeConnection } from "./connection.ts";
import { type DeadlineSignal, orAborted, reasonOf, startDeadline } from "./deadline.ts";
import { type CallName, failureOfAnswer, failureOfTransport } from "./errors.ts";
import type { ServerClock } from "./server-clock.ts";

/** A request before it is given a connection. */
export interface WireRequest {
  readonly method: Dispatcher.HttpMethod;
  /** Path and query. */
  readonly path: string;
  readonly accept?: string | undefined;
  readonly contentType?: string | undefined;
  readonly body?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
  readonly maxBytes?: number | undefined;
  readonly okStatuses?: readonly number[] | undefined;
}

/** A whole answer. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

/** HTTP to one API server: authentication, deadlines, bounds, classification, counting. */
export interface Transport {
  /** The whole answer. Throws a Failure for 400 and above, and whatever aborted the signal. */
  send(call: CallName, wire: WireRequest): Promise<WireAnswer>;
  /** The body as it comes, to be iterated at once; the deadline ends with the headers. */
  open(
    call: CallName,
    wire: WireRequest & { readonly signal: AbortSignal },
  ): Promise<AsyncIterable<Uint8Array>>;
  close(): Promise<void>;
}

/** What a transport uses. */
export interface TransportOptions {
  readonly userAgent: string;
  readonly timeoutMs: number;
  readonly metrics?: Metrics | undefined;
  /** Learns the server's time from its answers. */
  readonly serverClock?: ServerClock | undefined;
}

const defaultMaxBytes = 64 * 1024 * 1024;
const maxErrorBytes = 256 * 1024;

/** Creates a transport; it owns the connection. */
export function createTransport(connection: KubeConnection, options: TransportOptions): Transport {
  const requests = options.metrics?.counter(KUBE_REQUESTS);
  const duration = options.metrics?.histogram(KUBE_REQUEST_DURATION);
  const count = (call: CallName, code: string): void => {
    requests?.inc({ verb: call.verb, resource: call.resource, code });
  };

  const dispatch = async (
    wire: WireRequest,
    signal: AbortSignal,
    isRejected: boolean,
  ): Promise<Dispatcher.ResponseData> => {
    const grant = await orAborted(connection.grant(isRejected), signal);
    const { serverClock } = options;
    const sentMs = serverClock?.monotonicMs() ?? 0;
    const coming = request(`${grant.server}${wire.path}`, {
      dispatcher: grant.dispatcher,
      method: wire.method,
      headers: headersOf(wire, grant.headers, options.userAgent),
      body: wire.body ?? null,
      signal,
    });
    // undici notices an abort only after it is connected; a deadline must not wait for that.
    const response = await orAborted(coming, signal);
    serverClock?.heard(response.headers["date"], sentMs);
    return response;
  };

  /** A 401 may only mean that the token rotated: one more try with fresh credentials. */
  const answered = async (
    call: CallName,
    wire: WireRequest,
    deadline: DeadlineSignal,
  ): Promise<Dispatcher.ResponseData> => {
    const observe = duration?.startTimer({ verb: call.verb });
    try {
      const first = await dispatch(wire, deadline.signal, false);
      if (first.statusCode !== 401) return first;
      await first.body.dump();
      return await dispatch(wire, deadline.signal, true);
    } catch (error) {
      throw classified(call, deadline, error);
    } finally {
      observe?.();
    }
  };
  const classified = (call: CallName, deadline: DeadlineSignal, error: unknown): Error => {
    const failure = deadline.signal.aborted
      ? reasonOf(deadline.signal)
      : failureOfTransport(call, error);
    count(call, failure instanceof Failure ? failure.reason : "Aborted");
    return failure;
  };
  const refused = async (call: CallName, response: Dispatcher.ResponseData): Promise<Failure> => {
    const { text } = await readText(response.body, maxErrorBytes);
    const retryAfter = response.headers["retry-after"];
    return failureOfAnswer(
      call,
      {
        status: response.statusCode,
        retryAfter: typeof retryAfter === "string" ? retryAfter : undefined,
        text,
      },
      Date.now(),
    );
  };
  const begin = (call: CallName, wire: WireRequest): DeadlineSignal =>
    startDeadline({
      signal: wire.signal,
      timeoutMs: wire.timeoutMs ?? options.timeoutMs,
      onTimeout: () => timedOut(call),
    });

  return {
    send: async (call, wire) => {
      const deadline = begin(call, wire);
      try {
        const response = await answered(call, wire, deadline);
        count(call, String(response.statusCode));
        const isFine = response.statusCode < 400 || wire.okStatuses?.includes(response.statusCode);
        if (isFine !== true) throw await refused(call, response);
        const maxBytes = wire.maxBytes ?? defaultMaxBytes;
        const { text, isWhole } = await readText(response.body, maxBytes);
        if (!isWhole) throw tooLarge(call, maxBytes);
        return { status: response.statusCode, headers: response.headers, text };
      } catch (error) {
        if (error instanceof Failure) throw error;
        throw deadline.signal.aborted ? reasonOf(deadline.signal) : failureOfTransport(call, error);
      } finally {
        deadline.release();
      }
    },
    open: async (call, wire) => {
      const deadline = begin(call, wire);
      try {
        const response = await answered(call, wire, deadline);
        count(call, String(response.statusCode));
        if (response.statusCode >= 400) throw await refused(call, response);
        deadline.disarm();
        // An abort between two reads surfaces here as well; the iteration reports it.
        response.body.on("error", () => undefined);
        return chunksOf(call, response.body, deadline);
      } catch (error) {
        deadline.release();
        throw error;
      }
    },
    close: () => connection.close(),
  };
}

function headersOf(
  wire: WireRequest,
  granted: Readonly<Record<string, string>>,
  userAgent: string,
): Record<string, string> {
  return {
    accept: wire.accept ?? "application/json",
    "user-agent": userAgent,
    ...(wire.body === undefined ? {} : { "content-type": wire.contentType ?? "application/json" }),
    ...wire.headers,
    ...granted,
  };
}

async function* chunksOf(
  call: CallName,
  body: AsyncIterable<Uint8Array>,
  deadline: DeadlineSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* body;
  } catch (error) {
    throw deadline.signal.aborted ? reasonOf(deadline.signal) : failureOfTransport(call, error);
  } finally {
    deadline.release();
  }
}

async function readText(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<{ readonly text: string; readonly isWhole: boolean }> {
  // Piece by piece: bytes that are kept until all are there outlive many collections, and leave holes when they go.
  const decoder = new StringDecoder("utf8");
  let text = "";
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxBytes) return { text, isWhole: false };
    text += decoder.write(chunk);
  }
  return { text: text + decoder.end(), isWhole: true };
}

function timedOut(call: CallName): Failure {
  const what = [call.verb, call.resource, call.object].filter((part) => part !== undefined);
  return new Failure(
    "timeout",
    "RequestTimeout",
    `The API server did not answer in time: ${what.join(" ")}; it is tried again`,
  );
}

function tooLarge(call: CallName, maxBytes: number): Failure {
  return new Failure(
    "exhausted",
    "ResponseTooLarge",
    `The answer to ${call.verb} ${call.resource} is larger than ${maxBytes} bytes; ask for less at once`,
  );
}
