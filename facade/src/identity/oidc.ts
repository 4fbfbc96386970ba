import { readFile } from "node:fs/promises";
import { type Clock, Failure } from "@open-vcluster/runtime";
import { decodeJwt, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import type { OidcAuthenticator } from "./authenticate.ts";
import { createIssuer } from "./oidc-issuer.ts";
import type { Principal } from "./principal.ts";
import { reservedName } from "./reserved-name.ts";
import { unauthenticated } from "./unauthenticated.ts";

/** How tokens of one issuer are read. */
export interface OidcOptions {
  /** Exactly as in the claim `iss`. */
  readonly issuer: string;
  readonly audience: string;
  /** PEM; absent: the authorities that Node.js trusts. */
  readonly caFile?: string | undefined;
  /** Signature algorithms; of public keys alone, never `none` or `HS256`. */
  readonly algorithms: readonly string[];
  readonly usernameClaim: string;
  /** `-` for none. */
  readonly usernamePrefix: string;
  readonly groupsClaim: string;
  /** `-` for none. */
  readonly groupsPrefix: string;
  readonly clock: Clock;
}

/** Clocks of issuer and facade may differ by as much. */
const SKEW_SECONDS = 30;
const MAX_GROUPS = 500;

/**
 * Verifies OpenID Connect tokens: signature by a key of the issuer, algorithm, issuer, audience and times. A user or a
 * group whose name would be the cluster's own (`system:`) is refused, so that no issuer makes administrators of the
 * host cluster. Throws `invalid` when the file of authorities cannot be read.
 */
export async function createOidc(options: OidcOptions): Promise<OidcAuthenticator> {
  const ca = options.caFile === undefined ? undefined : await readAuthorities(options.caFile);
  const keys = createIssuer({ issuer: options.issuer, ca, clock: options.clock });
  return {
    claims: (token) => issuerOf(token) === options.issuer,
    verify: async (token) => principalOf(await verified(token, keys, options), options),
  };
}

async function readAuthorities(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new Failure("invalid", "OIDCFileUnreadable", `${file} cannot be read`, { cause });
  }
}

function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

async function verified(
  token: string,
  keys: JWTVerifyGetKey,
  { issuer, audience, algorithms, clock }: OidcOptions,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: [...algorithms],
      clockTolerance: SKEW_SECONDS,
      requiredClaims: ["exp"],
      currentDate: new Date(clock.nowMs()),
    });
    return payload;
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    if (cause instanceof errors.JWTExpired) {
      throw unauthenticated("The token has expired; get a new one", cause);
    }
    if (cause instanceof errors.JWTClaimValidationFailed) {
      throw unauthenticated(`The token's claim ${cause.claim} is not right for this API`, cause);
    }
    throw unauthenticated("The token is not valid here; get a new one", cause);
  }
}

function principalOf(payload: JWTPayload, options: OidcOptions): Principal {
  const name = prefixed(options.usernamePrefix, usernameOf(payload, options.usernameClaim));
  const groups = groupsOf(payload[options.groupsClaim], options.groupsClaim).map((group) =>
    prefixed(options.groupsPrefix, group),
  );
  const reserved = reservedName([name, ...groups]);
  if (reserved !== undefined) {
    throw unauthenticated(`The token names ${reserved}, which is the cluster's own`);
  }
  return {
    name,
    ...(payload.sub === undefined ? {} : { uid: payload.sub }),
    groups: [...groups, "system:authenticated"],
    extra: {},
    via: "oidc",
  };
}

function usernameOf(payload: JWTPayload, claim: string): string {
  const name = payload[claim];
  if (typeof name !== "string" || name === "") {
    throw unauthenticated(`The token has no user name in its claim ${claim}`);
  }
  // Anybody could write another's address into an account of their own.
  if (claim === "email" && payload["email_verified"] !== true) {
    throw unauthenticated("The token's email address is not verified");
  }
  return name;
}

function groupsOf(value: unknown, claim: string): readonly string[] {
  const groups: readonly unknown[] = value === undefined ? [] : [value].flat();
  const texts = groups.filter((group) => typeof group === "string" && group !== "") as string[];
  if (texts.length !== groups.length || texts.length > MAX_GROUPS) {
    throw unauthenticated(
      `The token's claim ${claim} must be a list of at most ${MAX_GROUPS} names`,
    );
  }
  return texts;
}

function prefixed(prefix: string, name: string): string {
  return prefix === "-" ? name : `${prefix}${name}`;
}
