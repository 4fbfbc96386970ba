import {
  booleanVariable,
  listVariable,
  optionalVariable,
  textVariable,
  type VariablesOf,
} from "@open-vcluster/runtime";

/** How callers prove who they are, but for OpenID Connect. */
export interface AuthenticationConfig {
  readonly clientCaFile: string | undefined;
  readonly tokenAudiences: readonly string[];
  readonly allowAnonymous: boolean;
}

/** The variables of {@link AuthenticationConfig}. */
export const AUTHENTICATION_VARIABLES: VariablesOf<AuthenticationConfig> = {
  clientCaFile: optionalVariable(
    textVariable({
      name: "CLIENT_CA_FILE",
      help: "PEM file with the authorities of client certificates, whose common name is the user and whose organizations are the groups. Absent: client certificates are not asked for",
    }),
  ),
  tokenAudiences: listVariable({
    name: "TOKEN_AUDIENCES",
    fallback: "open-vcluster",
    help: "Audiences of Kubernetes tokens that are accepted; a token must be for one of them",
    allowed: "at least one name, several between commas",
    isAllowed: (items) => items.length > 0,
  }),
  allowAnonymous: booleanVariable({
    name: "ALLOW_ANONYMOUS",
    fallback: "false",
    help: "Let callers from this machine in without credentials, as system:anonymous; only with a loopback LISTEN_HOST",
  }),
};
