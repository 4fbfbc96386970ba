/** What the network side of the server allows; counts are of one replica. */
export interface ServerLimits {
  /** Open connections; more are closed at once. */
  readonly maxConnections: number;
  /** Bytes of the header fields of one request. */
  readonly maxHeaderBytes: number;
  /** For a connection to begin, and for the header of a request to arrive, milliseconds. */
  readonly headerTimeoutMs: number;
  /** For a whole request to arrive, milliseconds; its answer may take longer. */
  readonly requestTimeoutMs: number;
  /** After this a connection without a running request is closed, milliseconds. */
  readonly idleTimeoutMs: number;
  /** Requests of one HTTP/2 connection at the same time. */
  readonly maxStreamsPerConnection: number;
}

/**
 * Limits that suit any deployment. The idle time is above the 60 s after which common load balancers drop an idle
 * connection, so that theirs is the side that closes.
 */
export const DEFAULT_LIMITS: ServerLimits = {
  maxConnections: 2_000,
  maxHeaderBytes: 32 * 1024,
  headerTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
  idleTimeoutMs: 90_000,
  maxStreamsPerConnection: 1_000,
};
