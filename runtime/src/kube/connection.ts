import { createHash } from "node:crypto";
import { isIPv6 } from "node:net";
import { Agent, type Dispatcher, ProxyAgent } from "undici";
import { Failure } from "../failure.ts";
import {
  type CredentialSource,
  type Credentials,
  inClusterSource,
  kubeconfigSource,
  serviceAccountDirectory,
} from "./credentials.ts";

/** What one request needs to reach the server as us. */
export interface ConnectionGrant {
  /** Base URL without a slash at the end. */
  readonly server: string;
  readonly dispatcher: Dispatcher;
  /** Authentication headers; never logged. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A server and the credentials for it; rotating credentials are read again. */
export interface KubeConnection {
  /**
   * The present grant. `isRejected` says that the last one was refused (401), so nothing cached is used.
   * Throws `denied` or `invalid` when credentials cannot be read.
   */
  grant(isRejected?: boolean): Promise<ConnectionGrant>;
  /** Lets running requests end for a moment, then closes every socket. */
  close(): Promise<void>;
}

/** Explicit parts of a connection; PEM text. */
export interface PemParts {
  readonly server: string;
  /** The name in the server's certificate, if it is not the host of `server`. */
  readonly tlsServerName?: string | undefined;
  /** Absent: the system's authorities. */
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly token?: string | undefined;
}

/** A connection from explicit parts. */
export function connectWithPem(parts: PemParts): KubeConnection {
  const { token, ...rest } = parts;
  const credentials: Credentials = {
    ...rest,
    server: parts.server.replace(/\/+$/, ""),
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  };
  return createConnection(() => Promise.resolve(credentials));
}

/** A connection from a kubeconfig file (client certificates, tokens, exec plugins, OIDC). */
export function connectWithKubeconfig(file: string, context?: string): KubeConnection {
  return createConnection(kubeconfigSource(file, context));
}

/** A connection with a Pod's service account. Throws `precondition` outside a Pod. */
export function connectInCluster(
  env: Readonly<Record<string, string | undefined>>,
  directory: string = serviceAccountDirectory,
): KubeConnection {
  const host = env["KUBERNETES_SERVICE_HOST"];
  const port = env["KUBERNETES_SERVICE_PORT"];
  if (host === undefined || host === "" || port === undefined || port === "") {
    throw new Failure(
      "precondition",
      "NotInCluster",
      "This process does not run in a Pod; name a kubeconfig file instead",
    );
  }
  const server = `https://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  return createConnection(inClusterSource(server, directory));
}

/**
 * The connection of a process that was given a kubeconfig file, or that runs in a Pod without one. The credentials are
 * read once, so that a process ends at its start if it could never reach the server.
 *
 * Throws `precondition` outside a Pod, `denied` or `invalid` when the credentials cannot be read.
 */
export async function connectFromEnvironment(
  kubeconfig: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Promise<KubeConnection> {
  const connection =
    kubeconfig === undefined ? connectInCluster(env) : connectWithKubeconfig(kubeconfig);
  await connection.grant();
  return connection;
}

/** Files are read again after this long, as often as the kubelet could rotate them with a margin. */
const refreshAfterMs = 10_000;
const closeGraceMs = 2_000;

/** A connection whose dispatcher lives as long as the TLS parts of its credentials stay the same. */
export function createConnection(
  source: CredentialSource,
  monotonicMs: () => number = () => performance.now(),
): KubeConnection {
  let current: { readonly digest: string; readonly dispatcher: Dispatcher } | undefined;
  let granted: { readonly readAtMs: number; readonly grant: Promise<ConnectionGrant> } | undefined;
  const draining = new Map<Dispatcher, Promise<void>>();
  let closing: Promise<void> | undefined;

  const dispatcherFor = (credentials: Credentials): Dispatcher => {
    const digest = tlsDigest(credentials);
    if (current?.digest === digest) return current.dispatcher;
    if (current !== undefined) retire(current.dispatcher);
    current = { digest, dispatcher: openDispatcher(credentials) };
    return current.dispatcher;
  };
  /** Running requests end on the old sockets; a watch does within its own time. */
  const retire = (dispatcher: Dispatcher): void => {
    const drained = dispatcher.close().then(() => {
      draining.delete(dispatcher);
    });
    draining.set(dispatcher, drained);
  };
  const closeAll = async (): Promise<void> => {
    if (current !== undefined) retire(current.dispatcher);
    const { promise: late, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => {
      for (const dispatcher of draining.keys()) void dispatcher.destroy();
      resolve(undefined);
    }, closeGraceMs);
    await Promise.race([Promise.all(draining.values()), late]);
    clearTimeout(timer);
  };
  const read = async (isRejected: boolean): Promise<ConnectionGrant> => {
    const credentials = await source(isRejected);
    if (closing !== undefined)
      throw new Failure("unavailable", "ConnectionClosed", "The connection is closed");
    const { server, headers } = credentials;
    return { server, headers, dispatcher: dispatcherFor(credentials) };
  };

  return {
    grant: (isRejected = false) => {
      const nowMs = monotonicMs();
      if (!isRejected && granted !== undefined && nowMs - granted.readAtMs < refreshAfterMs) {
        return granted.grant;
      }
      const grant = read(isRejected);
      granted = { readAtMs: nowMs, grant };
      grant.catch(() => {
        if (granted?.grant === grant) granted = undefined;
      });
      return grant;
    },
    close: () => {
      granted = undefined;
      closing ??= closeAll();
      return closing;
    },
  };
}

function tlsDigest(credentials: Credentials): string {
  const { server, tlsServerName, ca, cert, key, isInsecure, proxyUrl } = credentials;
  return createHash("sha256")
    .update(JSON.stringify([server, tlsServerName, ca, cert, key, isInsecure, proxyUrl]))
    .digest("hex");
}

/**
 * HTTP/1.1 on purpose: each watch has a socket of its own, so that one reset or one full window never
 * touches another call, and plain calls are faster than over undici's HTTP/2.
 */
function openDispatcher(credentials: Credentials): Dispatcher {
  const tls = {
    ...(credentials.ca === undefined ? {} : { ca: credentials.ca }),
    ...(credentials.cert === undefined ? {} : { cert: credentials.cert }),
    ...(credentials.key === undefined ? {} : { key: credentials.key }),
    ...(credentials.tlsServerName === undefined ? {} : { servername: credentials.tlsServerName }),
    ...(credentials.isInsecure === true ? { rejectUnauthorized: false } : {}),
  };
  const options = {
    allowH2: false,
    // Deadlines and the stall timer of watches belong to the callers.
    headersTimeout: 0,
    bodyTimeout: 0,
    // Below the 90 s after which an API server closes an idle connection.
    keepAliveTimeout: 30_000,
    connect: { ...tls, timeout: 10_000, keepAlive: true, keepAliveInitialDelay: 15_000 },
  };
  const { proxyUrl } = credentials;
  if (proxyUrl === undefined || proxyUrl === "") return new Agent(options);
  if (!/^https?:/.test(proxyUrl)) {
    throw new Failure("invalid", "ProxyUnsupported", "proxy-url must begin with http or https");
  }
  return new ProxyAgent({ ...options, uri: proxyUrl, requestTls: tls });
}
