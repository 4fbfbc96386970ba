import type { JsonObject } from "@bufbuild/protobuf";

/** Where a client calls, and as whom. */
export interface Access {
  /** Of the loopback. */
  readonly port: number;
  readonly token: string;
}

/** The API through a client that is not ours: JSON in, JSON out. */
export interface ForeignClient {
  /**
   * Calls a method of VClusterService and gives up after so many answers, by default one.
   *
   * @throws ForeignError as the client tells it.
   */
  call(method: string, request: JsonObject, count?: number): Promise<readonly JsonObject[]>;
  close(): Promise<void>;
}

/** An error that a client was told. */
export class ForeignError extends Error {
  /** Name of the gRPC code, such as `NOT_FOUND`. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.name = "ForeignError";
    this.code = code;
  }
}
