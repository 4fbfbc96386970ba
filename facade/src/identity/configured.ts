import type { Clock, KubeClient } from "@open-vcluster/runtime";
import type { AuthenticationConfig } from "../config/authentication.ts";
import type { OidcConfig } from "../config/oidc.ts";
import { type Authenticate, createAuthenticate, type OidcAuthenticator } from "./authenticate.ts";
import { certificatePrincipal } from "./client-certificate.ts";
import { createOidc } from "./oidc.ts";
import { createTokenReview } from "./token-review.ts";

/** The ways to prove an identity that the configuration allows. Throws `invalid` when a file cannot be read. */
export async function configuredAuthenticate(
  config: AuthenticationConfig & OidcConfig,
  { client, clock }: { readonly client: KubeClient; readonly clock: Clock },
): Promise<Authenticate> {
  return createAuthenticate({
    certificate: config.clientCaFile === undefined ? undefined : certificatePrincipal,
    oidc: await oidcOf(config, clock),
    token: createTokenReview({ client, clock, audiences: config.tokenAudiences }),
    allowAnonymous: config.allowAnonymous,
  });
}

async function oidcOf(config: OidcConfig, clock: Clock): Promise<OidcAuthenticator | undefined> {
  const { oidcIssuer: issuer, oidcAudience: audience } = config;
  if (issuer === undefined || audience === undefined) return undefined;
  return createOidc({
    issuer,
    audience,
    caFile: config.oidcCaFile,
    algorithms: config.oidcAlgorithms,
    usernameClaim: config.oidcUsernameClaim,
    usernamePrefix: config.oidcUsernamePrefix,
    groupsClaim: config.oidcGroupsClaim,
    groupsPrefix: config.oidcGroupsPrefix,
    clock,
  });
}
