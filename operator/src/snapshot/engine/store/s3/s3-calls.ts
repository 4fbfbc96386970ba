import http from "node:http";
import https from "node:https";
import { Client } from "minio";
import { createExchange, type Exchange } from "./exchange.ts";
import { patiently } from "./patience.ts";
import type { S3Config } from "./s3-config.ts";
import { s3Error } from "./s3-error.ts";

const PATIENCE_MS = 60_000;
const SILENCE_MS = 30_000;

/** Makes calls of the S3 protocol to one bucket. */
export interface S3Calls {
  readonly bucket: string;
  /**
   * Makes one call, again and again if it fails for a reason that may pass.
   *
   * @param key - what it is about, for errors
   */
  call<T>(key: string, signal: AbortSignal | undefined, act: Act<T>): Promise<T>;
}

/** One object, and when to stop caring for it. */
export interface Target {
  readonly key: string;
  /** The key after the prefix of the store. */
  readonly objectName: string;
  readonly signal: AbortSignal | undefined;
}

/** One try of a call: exactly one request of the client. */
export type Act<T> = (client: Client, exchange: Exchange) => Promise<T>;

export function createS3Calls(config: S3Config): S3Calls {
  const isSecure = config.endpoint.protocol === "https:";
  const agent = isSecure
    ? new https.Agent({
        keepAlive: true,
        ...(config.authorities === undefined ? {} : { ca: config.authorities }),
      })
    : new http.Agent({ keepAlive: true });
  const { patienceMs = PATIENCE_MS, silenceMs = SILENCE_MS, credentials } = config;

  const clientOver = ({ transport }: Exchange): Client =>
    new Client({
      endPoint: config.endpoint.hostname,
      port: Number(config.endpoint.port) || (isSecure ? 443 : 80),
      useSSL: isSecure,
      region: config.region,
      pathStyle: config.pathStyle,
      ...credentials,
      transport,
      transportAgent: agent,
      // Its own retries hide the answer, and print to the console.
      retryOptions: { disableRetry: true },
    });

  return {
    bucket: config.bucket,
    call: (key, signal, act) =>
      patiently({ patienceMs, signal }, async () => {
        signal?.throwIfAborted();
        const exchange = createExchange({ silenceMs, signal });
        try {
          return await act(clientOver(exchange), exchange);
        } catch (error) {
          signal?.throwIfAborted();
          throw s3Error(key, error, exchange.status());
        }
      }),
  };
}
