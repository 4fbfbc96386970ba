import type { Dispatcher } from "undici";
import { Failure } from "../failure.ts";

/** What one request needs to reach the server as us. */
export interface ConnectionGrant {
  readonly dispatcher: Dispatcher;
  /** Authentication headers; never logged. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A server and the credentials for it; rotating credentials are read again. */
export interface KubeConnection {
  /** Base URL without a slash at the end. */
  readonly server: string;
  grant(): Promise<ConnectionGrant>;
  close(): Promise<void>;
}

/** Explicit parts of a connection, all PEM text. */
export interface PemParts {
  readonly server: string;
  /** The name in the server's certificate, if it is not the host of `server`. */
  readonly tlsServerName?: string | undefined;
  readonly ca: string;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly token?: string | undefined;
}

/** A connection from explicit parts. */
export function connectWithPem(_parts: PemParts): KubeConnection {
  throw new Failure("bug", "NotBuilt", "not built");
}

/** A connection from a kubeconfig file; the file is read again when it changes. */
export function connectWithKubeconfig(_file: string, _context?: string): KubeConnection {
  throw new Failure("bug", "NotBuilt", "not built");
}

/** A connection from a Pod's service account. Throws `precondition` outside a Pod. */
export function connectInCluster(
  _env: Readonly<Record<string, string | undefined>>,
): KubeConnection {
  throw new Failure("bug", "NotBuilt", "not built");
}
