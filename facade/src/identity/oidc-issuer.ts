import { type Clock, Failure } from "@open-vcluster/runtime";
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import { Agent, request } from "undici";

/** Whose keys {@link createIssuer} finds. */
export interface IssuerOptions {
  readonly issuer: string;
  /** PEM; absent: the authorities that Node.js trusts. */
  readonly ca?: string | undefined;
  readonly clock: Clock;
}

/** A key that the issuer takes back works for as long. */
const MAX_AGE_MS = 600_000;
/** How often tokens that name unknown keys can make us ask the issuer. */
const COOL_DOWN_MS = 30_000;
/** How soon an issuer that failed is asked again. */
const RETRY_MS = 5_000;
const TIMEOUT_MS = 5_000;
const MAX_BYTES = 1024 * 1024;

type LocalKeys = ReturnType<typeof createLocalJWKSet>;

/**
 * Finds the keys of an issuer by its discovery document (OpenID Connect Discovery 1.0). They are read again after ten
 * minutes, and when a token names an unknown key, but then at most every 30 seconds. The result throws `unavailable`
 * with reason `IssuerUnavailable` while keys are needed and the issuer does not give them.
 */
export function createIssuer({ issuer, ca, clock }: IssuerOptions): JWTVerifyGetKey {
  const agent = new Agent({ connect: ca === undefined ? {} : { ca }, maxResponseSize: MAX_BYTES });
  let found: { readonly keys: LocalKeys; readonly atMs: number } | undefined;
  let failed: { readonly failure: Failure; readonly atMs: number } | undefined;
  let reading: Promise<LocalKeys> | undefined;
  const since = (at: { readonly atMs: number } | undefined): number =>
    at === undefined ? Number.POSITIVE_INFINITY : clock.monotonicMs() - at.atMs;

  const read = async (): Promise<LocalKeys> => {
    try {
      const keys = createLocalJWKSet(await readKeys(issuer, agent));
      found = { keys, atMs: clock.monotonicMs() };
      return keys;
    } catch (cause) {
      const failure = new Failure(
        "unavailable",
        "IssuerUnavailable",
        "The token's issuer does not give its keys at the moment; try again later",
        { cause, retryAfterMs: RETRY_MS },
      );
      failed = { failure, atMs: clock.monotonicMs() };
      throw failure;
    } finally {
      reading = undefined;
    }
  };
  const fresh = (): Promise<LocalKeys> => {
    if (failed !== undefined && since(failed) < RETRY_MS) return Promise.reject(failed.failure);
    reading ??= read();
    return reading;
  };
  return async (header, token) => {
    const keys = found !== undefined && since(found) < MAX_AGE_MS ? found.keys : await fresh();
    try {
      return await keys(header, token);
    } catch (error) {
      const isNew = error instanceof errors.JWKSNoMatchingKey && since(found) >= COOL_DOWN_MS;
      if (!isNew) throw error;
      return (await fresh())(header, token);
    }
  };
}

async function readKeys(issuer: string, agent: Agent): Promise<JSONWebKeySet> {
  const base = issuer.replace(/\/$/, "");
  const document = (await readJson(`${base}/.well-known/openid-configuration`, agent)) as {
    readonly issuer?: unknown;
    readonly jwks_uri?: unknown;
  };
  if (document.issuer !== issuer || typeof document.jwks_uri !== "string") {
    throw new Error("The discovery document is not the issuer's own");
  }
  // An issuer with TLS must not send us to keys without.
  if (issuer.startsWith("https:") && !document.jwks_uri.startsWith("https:")) {
    throw new Error("The keys are not behind TLS");
  }
  return (await readJson(document.jwks_uri, agent)) as JSONWebKeySet;
}

async function readJson(url: string, dispatcher: Agent): Promise<unknown> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const { statusCode, body } = await request(url, { dispatcher, signal });
  if (statusCode === 200) return await body.json();
  await body.dump();
  throw new Error(`The issuer answered ${statusCode}`);
}
