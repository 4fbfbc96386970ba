import type { Origin, PresentedCertificate } from "../call/origin.ts";
import { ANONYMOUS, isFromThisMachine } from "./anonymous.ts";
import type { Principal } from "./principal.ts";
import { unauthenticated } from "./unauthenticated.ts";

/** Finds out who makes a request. Throws `denied` with reason `Unauthenticated`, or `unavailable`. */
export type Authenticate = (header: Headers, origin: Origin) => Promise<Principal>;

/** The ways to prove an identity; absent: not configured. */
export interface Authenticators {
  readonly certificate?: ((certificate: PresentedCertificate) => Principal) | undefined;
  readonly oidc?: OidcAuthenticator | undefined;
  /** Kubernetes tokens. */
  readonly token: (token: string, source: string) => Promise<Principal>;
  /** Callers on this machine need no credentials. */
  readonly allowAnonymous: boolean;
}

/** OpenID Connect tokens of one issuer. */
export interface OidcAuthenticator {
  /** Whether a token says that it is of this issuer; believes it nothing. */
  claims(token: string): boolean;
  verify(token: string): Promise<Principal>;
}

/** Longest token; those of Kubernetes have 1 KB, those with many groups some more. */
const MAX_TOKEN_LENGTH = 16 * 1024;

/**
 * Chooses by what is presented: a client certificate counts first, then a bearer token. Credentials that are presented
 * and not valid are refused, never passed over.
 */
export function createAuthenticate(authenticators: Authenticators): Authenticate {
  const { certificate, oidc, token: kubernetes, allowAnonymous } = authenticators;
  return async (header, origin) => {
    const { address, certificate: presented } = origin;
    if (presented !== undefined && certificate !== undefined) return certificate(presented);
    const authorization = header.get("authorization");
    if (authorization !== null) {
      const token = bearerOf(authorization);
      return oidc?.claims(token) === true ? oidc.verify(token) : kubernetes(token, address);
    }
    if (allowAnonymous && isFromThisMachine(header, origin)) return ANONYMOUS;
    throw unauthenticated("Credentials are missing; send a bearer token");
  };
}

function bearerOf(authorization: string): string {
  const [, token] = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(authorization) ?? [];
  if (token === undefined || token.length > MAX_TOKEN_LENGTH) {
    throw unauthenticated("The header authorization must be: Bearer TOKEN");
  }
  return token;
}
