import type { DescMethodServerStreaming, DescMethodUnary, Message } from "@bufbuild/protobuf";

/** A method of the API. */
export type ApiMethod = DescMethodUnary | DescMethodServerStreaming;

/** One call. */
export interface Ask {
  readonly method: ApiMethod;
  readonly request: Message;
  /** Verb and path of the method, such as `GET /v1/vclusters`. */
  readonly rest: string;
  /** Absent where the connection says who calls, or nothing does. */
  readonly token?: string;
  /** A deadline that the server alone keeps, milliseconds. */
  readonly serverDeadlineMs?: number;
  readonly signal?: AbortSignal;
}

/** What a client needs for TLS, PEM. */
export interface ClientTls {
  /** Authority of the server. */
  readonly ca: string;
  /** The client's own certificate with its key. */
  readonly cert?: string;
  readonly key?: string;
}

/** Header fields that say who calls. */
export function authorization({ token }: Pick<Ask, "token">): Readonly<Record<string, string>> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

/** Makes a call; yields what is answered and rejects with a ConnectError. */
export type Talk = (ask: Ask) => AsyncIterable<Message>;
