import { readFile } from "node:fs/promises";
import { Failure } from "@open-vcluster/runtime";
import { EnvHttpProxyAgent, fetch, type Response } from "undici";
import { chartCorrupt, chartForbidden, chartUnavailable } from "./chart-failure.ts";

/** Secrets and trust of a chart source, as files, read anew for each fetch so that they may rotate. */
export interface SourceAccess {
  readonly usernameFile?: string;
  readonly passwordFile?: string;
  /** PEM certificates that are trusted instead of the system's. */
  readonly caFile?: string;
  /** Proxies, as in HTTP_PROXY, HTTPS_PROXY and NO_PROXY. */
  readonly proxy?: { readonly http?: string; readonly https?: string; readonly except?: string };
  /** For one fetch in all: index, token, manifest and archive. */
  readonly timeoutMs: number;
}

/** A request of a chart source. */
export interface SourceRequest {
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** A larger body is corrupt. */
  readonly maxBytes: number;
  /** Statuses of 400 and above that the caller wants to see. */
  readonly okStatuses?: readonly number[];
}

/** The answer to a {@link SourceRequest}. */
export interface SourceAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** HTTP for the length of one fetch of a chart. */
export interface SourceHttp {
  /** Follows redirects; credentials stay with the origin they were meant for. */
  get(request: SourceRequest): Promise<SourceAnswer>;
  /** The value of an `Authorization: Basic` header, if there are credentials. */
  readonly basic: string | undefined;
}

/**
 * Calls `use` with an HTTP client that ends after the access's time limit.
 *
 * @throws `Failure` `ChartUnavailable`, `ChartForbidden` or `ChartCorrupt`; the signal's reason if the caller aborts.
 */
export async function withSourceHttp<T>(
  access: SourceAccess,
  signal: AbortSignal,
  use: (http: SourceHttp) => Promise<T>,
): Promise<T> {
  const ca = await readOptional(access.caFile);
  const tls = ca === undefined ? {} : { connect: { ca }, requestTls: { ca } };
  const { http = "", https = "", except = "" } = access.proxy ?? {};
  const agent = new EnvHttpProxyAgent({
    ...tls,
    httpProxy: http,
    httpsProxy: https,
    noProxy: except,
    allowH2: false,
  });
  const limit = AbortSignal.any([signal, AbortSignal.timeout(access.timeoutMs)]);
  const basic = await basicOf(access);
  try {
    return await use({ basic, get: (request) => get(agent, request, limit) });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Failure) throw error;
    const why = limit.aborted ? `no answer within ${access.timeoutMs / 1000} s` : reasonOf(error);
    throw chartUnavailable(why, { cause: error });
  } finally {
    await agent.destroy();
  }
}

async function get(
  agent: EnvHttpProxyAgent,
  request: SourceRequest,
  signal: AbortSignal,
): Promise<SourceAnswer> {
  const response = await fetch(request.url, {
    dispatcher: agent,
    headers: request.headers ?? {},
    signal,
  });
  const isAnswer = response.ok || request.okStatuses?.includes(response.status) === true;
  if (!isAnswer) throw failureOfStatus(request.url, response);
  const body = await readBody(response, request.maxBytes);
  return { status: response.status, headers: response.headers as unknown as Headers, body };
}

function failureOfStatus(url: URL, response: Response): Failure {
  if (response.status === 401 || response.status === 403) {
    return chartForbidden(url.host, response.status);
  }
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  const retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : undefined;
  return chartUnavailable(`${url.host} answers ${response.status}`, { retryAfterMs });
}

async function readBody(response: Response, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) throw chartCorrupt(`an answer is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function basicOf(access: SourceAccess): Promise<string | undefined> {
  const username = await readOptional(access.usernameFile);
  const password = await readOptional(access.passwordFile);
  if (username === undefined && password === undefined) return undefined;
  const pair = `${username?.trim() ?? ""}:${password?.trim() ?? ""}`;
  return `Basic ${Buffer.from(pair).toString("base64")}`;
}

async function readOptional(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw chartUnavailable(`the file ${path} cannot be read`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  const code = codeOf(error);
  return /CERT|SIGNED|ISSUER|ALTNAME/.test(code)
    ? `its TLS certificate is not trusted (${code}); name its CA in the configuration`
    : `it cannot be reached (${code === "" ? "network error" : code})`;
}

/** The code of an error or of what caused it; fetch wraps the socket's error. */
function codeOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return "";
  const inner = "cause" in error ? codeOf(error.cause) : "";
  return inner === "" && "code" in error ? String(error.code) : inner;
}
