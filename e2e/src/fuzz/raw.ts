import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from "node:http2";

/** A request of bytes. */
export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** What came back. */
export interface RawAnswer {
  readonly status: number;
  /** Header and trailer fields together. */
  readonly fields: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Speaks HTTP/2 without knowing what it says. */
export interface RawConnection {
  /** Streams are left when they begin to answer. */
  send(request: RawRequest): Promise<RawAnswer>;
  close(): void;
}

const TIMEOUT_MS = 30_000;
/** A stream that is open answers nothing for a long time. */
const QUIET_MS = 250;

/** How a stream ended that was not answered. */
function silence(
  { rstCode }: ClientHttp2Stream,
  { closed, destroyed }: ClientHttp2Session,
): string {
  const connection = destroyed ? "lost" : closed ? "closing" : "open";
  return `no answer, stream ended with code ${String(rstCode)}, connection ${connection}`;
}

/** Opens a connection to a port of the loopback. */
export function openRaw(port: number, token: string): RawConnection {
  const session: ClientHttp2Session = connect(`http://127.0.0.1:${String(port)}`);
  session.on("error", () => undefined);
  return {
    send: ({ method, path, contentType, body }) =>
      new Promise((resolve, reject) => {
        const stream = session.request({
          ":method": method,
          ":path": path,
          "content-type": contentType,
          authorization: `Bearer ${token}`,
          te: "trailers",
          "connect-protocol-version": "1",
        });
        const fields: Record<string, string> = {};
        const chunks: Buffer[] = [];
        const note = (more: object): void => {
          for (const [key, value] of Object.entries(more)) fields[key] = String(value);
        };
        const leave = setTimeout(() => {
          stream.close(constants.NGHTTP2_CANCEL);
        }, TIMEOUT_MS);
        stream.on("response", (headers) => {
          note(headers);
          setTimeout(() => {
            stream.close(constants.NGHTTP2_CANCEL);
          }, QUIET_MS).unref();
        });
        stream.on("trailers", note);
        stream.on("data", (chunk: Buffer) => chunks.push(chunk));
        stream.on("error", reject);
        stream.on("close", () => {
          clearTimeout(leave);
          const status = Number(fields[":status"] ?? 0);
          if (status === 0) reject(new Error(`${method} ${path}: ${silence(stream, session)}`));
          else resolve({ status, fields, body: Buffer.concat(chunks) });
        });
        stream.end(body);
      }),
    close: () => {
      session.close();
    },
  };
}
