import type { DescMethodServerStreaming, DescMethodUnary, Message } from "@bufbuild/protobuf";

/** A method of the API. */
export type ApiMethod = DescMethodUnary | DescMethodServerStreaming;

/** One call. */
export interface Ask {
  readonly method: ApiMethod;
  readonly request: Message;
  /** Verb and path of the method, such as `GET /v1/vclusters`. */
  readonly rest: string;
  readonly token: string;
  /** A deadline that the server alone keeps, milliseconds. */
  readonly serverDeadlineMs?: number;
  readonly signal?: AbortSignal;
}

/** Makes a call; yields what is answered and rejects with a ConnectError. */
export type Talk = (ask: Ask) => AsyncIterable<Message>;
