import { once } from "node:events";
import { type IncomingMessage, request as requestHttp1 } from "node:http";
import { connect } from "node:http2";

/** A request of a test. */
export interface TestRequest {
  readonly method?: string;
  /** Sent as it is written. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Objects are sent as JSON with its content type. */
  readonly body?: string | Uint8Array | object;
  readonly signal?: AbortSignal;
  /** Sees each piece of the answer as it arrives. */
  readonly onText?: (text: string) => void;
}

/** An answer as it came. */
export interface TestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The body as JSON; undefined if it is none. */
  readonly json: unknown;
}

/** The versions of HTTP that the server speaks. */
export const HTTP_VERSIONS: readonly HttpVersion[] = ["HTTP/1.1", "HTTP/2"];
export type HttpVersion = "HTTP/1.1" | "HTTP/2";

/** Sends one request on a connection of its own. */
export async function send(
  version: HttpVersion,
  port: number,
  request: TestRequest,
): Promise<TestAnswer> {
  return version === "HTTP/2" ? sendHttp2(port, request) : sendHttp1(port, request);
}

async function sendHttp1(port: number, test: TestRequest): Promise<TestAnswer> {
  const { body, headers } = bodyOf(test);
  const request = requestHttp1({
    host: "127.0.0.1",
    port,
    method: test.method ?? "GET",
    path: test.path,
    headers: { ...headers, connection: "close", ...lengthOf(body) },
    ...(test.signal !== undefined && { signal: test.signal }),
  });
  request.end(body);
  const [response] = (await once(request, "response")) as [IncomingMessage];
  const text = await textOf(response, test.onText);
  return answer(response.statusCode ?? 0, response.headers, text);
}

async function sendHttp2(port: number, test: TestRequest): Promise<TestAnswer> {
  const { body, headers } = bodyOf(test);
  const session = connect(`http://127.0.0.1:${port}`);
  try {
    const stream = session.request(
      { ":method": test.method ?? "GET", ":path": test.path, ...headers },
      { endStream: body === undefined, ...(test.signal !== undefined && { signal: test.signal }) },
    );
    // Refusals come while the body is still being sent.
    const failed = once(stream, "error").then(([error]) => Promise.reject(error as Error));
    failed.catch(() => undefined);
    if (body !== undefined) stream.end(body);
    const [received] = (await Promise.race([once(stream, "response"), failed])) as [
      Record<string, string | undefined>,
    ];
    const text = await Promise.race([textOf(stream, test.onText), failed]);
    return answer(Number(received[":status"]), received, text);
  } finally {
    session.destroy();
  }
}

function bodyOf({ body, headers = {} }: TestRequest): {
  readonly body: string | Uint8Array | undefined;
  readonly headers: Readonly<Record<string, string>>;
} {
  if (body === undefined || typeof body === "string" || body instanceof Uint8Array) {
    return { body, headers };
  }
  return {
    body: JSON.stringify(body),
    headers: { "content-type": "application/json", ...headers },
  };
}

// Node leaves it out for methods that have no body by custom.
function lengthOf(body: string | Uint8Array | undefined): Readonly<Record<string, string>> {
  return body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
}

async function textOf(
  source: AsyncIterable<Uint8Array>,
  onText: (text: string) => void = () => undefined,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) {
    chunks.push(chunk);
    onText(Buffer.concat(chunks).toString());
  }
  return Buffer.concat(chunks).toString();
}

function answer(status: number, headers: TestAnswer["headers"], text: string): TestAnswer {
  return { status, headers, text, json: jsonOf(text) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
