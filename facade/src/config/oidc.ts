import {
  listVariable,
  optionalVariable,
  textVariable,
  type VariablesOf,
} from "@open-vcluster/runtime";
import { httpUrlVariable } from "./http-url.ts";

/** Signature algorithms (RFC 7518, RFC 8037) that a public key can verify. */
const ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
] as const;

/** Whose OpenID Connect tokens are accepted, and how they are read. */
export interface OidcConfig {
  readonly oidcIssuer: string | undefined;
  readonly oidcAudience: string | undefined;
  readonly oidcCaFile: string | undefined;
  readonly oidcAlgorithms: readonly string[];
  readonly oidcUsernameClaim: string;
  readonly oidcUsernamePrefix: string;
  readonly oidcGroupsClaim: string;
  readonly oidcGroupsPrefix: string;
}

/** The variables of {@link OidcConfig}. */
export const OIDC_VARIABLES: VariablesOf<OidcConfig> = {
  oidcIssuer: optionalVariable(
    httpUrlVariable({
      name: "OIDC_ISSUER",
      help: "Issuer of OpenID Connect tokens, exactly as in their claim iss. Absent: none is accepted",
    }),
  ),
  oidcAudience: optionalVariable(
    textVariable({
      name: "OIDC_AUDIENCE",
      help: "Audience that an OpenID Connect token must name: the client id of this API",
    }),
  ),
  oidcCaFile: optionalVariable(
    textVariable({
      name: "OIDC_CA_FILE",
      help: "PEM file with the certificate authorities of the issuer. Absent: those that Node.js trusts",
    }),
  ),
  oidcAlgorithms: listVariable({
    name: "OIDC_ALGORITHMS",
    fallback: "RS256,ES256,PS256",
    help: "Signature algorithms of OpenID Connect tokens that are accepted",
    allowed: `some of ${ALGORITHMS.join(", ")} between commas`,
    isAllowed: (items) =>
      items.length > 0 && items.every((item) => ALGORITHMS.some((known) => known === item)),
  }),
  oidcUsernameClaim: textVariable({
    name: "OIDC_USERNAME_CLAIM",
    fallback: "sub",
    help: "Claim with the user name; email counts only with email_verified",
  }),
  oidcUsernamePrefix: textVariable({
    name: "OIDC_USERNAME_PREFIX",
    fallback: "oidc:",
    help: "Written before each user name of the issuer, so that it is nobody else's; - for none",
  }),
  oidcGroupsClaim: textVariable({
    name: "OIDC_GROUPS_CLAIM",
    fallback: "groups",
    help: "Claim with the list of groups",
  }),
  oidcGroupsPrefix: textVariable({
    name: "OIDC_GROUPS_PREFIX",
    fallback: "oidc:",
    help: "Written before each group of the issuer; - for none",
  }),
};
