import {
  durationVariable,
  optionalVariable,
  PROGRAM_VARIABLES,
  type ProgramConfig,
  textVariable,
  type VariablesOf,
} from "@open-vcluster/runtime";
import { AUTHENTICATION_VARIABLES, type AuthenticationConfig } from "./authentication.ts";
import { LIMITS_VARIABLES, type LimitsConfig } from "./limits.ts";
import { LISTEN_VARIABLES, type ListenConfig } from "./listen.ts";
import { OIDC_VARIABLES, type OidcConfig } from "./oidc.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The facade's configuration; the tables below say what each entry means. Times in milliseconds. */
export interface FacadeConfig
  extends ProgramConfig,
    ListenConfig,
    AuthenticationConfig,
    OidcConfig,
    LimitsConfig {
  readonly namespace: string;
  readonly instanceName: string;
  readonly pageTokenKeyFile: string | undefined;
  readonly auditFile: string | undefined;
  readonly operationAcceptTimeoutMs: number;
  readonly shutdownGraceMs: number;
}

/** Every environment variable of the facade; the reference page is printed from this table. */
export const FACADE_VARIABLES: VariablesOf<FacadeConfig> = {
  ...PROGRAM_VARIABLES,
  namespace: textVariable({
    name: "FACADE_NAMESPACE",
    fallback: "open-vcluster-system",
    help: "Namespace of the product, the same as the operator's: operations are in it",
  }),
  instanceName: textVariable({
    name: "POD_NAME",
    fallback: "facade",
    help: "Name of this replica, in log lines",
  }),
  ...LISTEN_VARIABLES,
  ...AUTHENTICATION_VARIABLES,
  ...OIDC_VARIABLES,
  ...LIMITS_VARIABLES,
  pageTokenKeyFile: optionalVariable(
    textVariable({
      name: "PAGE_TOKEN_KEY_FILE",
      help: "File with at least 32 random bytes, the same at all replicas, that protect page tokens from being forged. Absent: a random key of this process, whose tokens other replicas refuse",
    }),
  ),
  auditFile: optionalVariable(
    textVariable({
      name: "AUDIT_FILE",
      help: "File that audit lines are appended to, created with mode 0600; opened again when it was moved away. Absent: standard output",
    }),
  ),
  operationAcceptTimeoutMs: durationVariable({
    name: "OPERATION_ACCEPT_TIMEOUT",
    fallback: "60s",
    minMs: SECOND,
    maxMs: HOUR,
    help: "As at the operator, and the same: a repeated request carries out what was accepted and not done only within the first half of it",
  }),
  shutdownGraceMs: durationVariable({
    name: "SHUTDOWN_GRACE",
    fallback: "20s",
    minMs: 0,
    maxMs: 10 * MINUTE,
    help: "How long running calls may go on after the facade was told to stop",
  }),
};
