import {
  booleanVariable,
  type ConfigFault,
  type ConfigOf,
  choiceVariable,
  collectorVariable,
  durationVariable,
  integerVariable,
  type LogLevel,
  listVariable,
  logLevels,
  optionalVariable,
  parseConfig,
  textVariable,
  type Variable,
  type VariableSpec,
} from "@open-vcluster/runtime";
import { isLoopback } from "./server/loopback.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const MIB = 1024 * 1024;

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

/** The facade's configuration; the table below says what each entry means. Times in milliseconds. */
export interface FacadeConfig {
  readonly kubeconfig: string | undefined;
  readonly namespace: string;
  readonly instanceName: string;
  readonly listenHost: string;
  readonly listenPort: number;
  readonly publicUrl: string | undefined;
  readonly tlsCertificateFile: string | undefined;
  readonly tlsKeyFile: string | undefined;
  readonly clientCaFile: string | undefined;
  readonly tokenAudiences: readonly string[];
  readonly oidcIssuer: string | undefined;
  readonly oidcAudience: string | undefined;
  readonly oidcCaFile: string | undefined;
  readonly oidcAlgorithms: readonly string[];
  readonly oidcUsernameClaim: string;
  readonly oidcUsernamePrefix: string;
  readonly oidcGroupsClaim: string;
  readonly oidcGroupsPrefix: string;
  readonly allowAnonymous: boolean;
  readonly corsOrigins: readonly string[];
  readonly rateLimitPerSecond: number;
  readonly rateLimitBurst: number;
  readonly maxConcurrentCalls: number;
  readonly maxStreams: number;
  readonly maxStreamsPerCaller: number;
  readonly maxConnections: number;
  readonly maxRequestBytes: number;
  readonly deadlineMaxMs: number;
  readonly pageTokenKeyFile: string | undefined;
  readonly auditFile: string | undefined;
  readonly healthHost: string;
  readonly healthPort: number;
  readonly shutdownGraceMs: number;
  readonly traceEndpoint: string | undefined;
  readonly logLevel: LogLevel;
}

/** Every environment variable of the facade; the reference page is printed from this table. */
export const FACADE_VARIABLES: {
  readonly [K in keyof FacadeConfig]: Variable<FacadeConfig[K]>;
} = {
  kubeconfig: optionalVariable(
    textVariable({
      name: "KUBECONFIG",
      help: "Kubeconfig of the host cluster; absent inside a Pod, where its service account is used",
    }),
  ),
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
  listenHost: textVariable({
    name: "LISTEN_HOST",
    fallback: "127.0.0.1",
    help: "Address of the API. The fallback is reached from this machine alone; a Pod listens on 0.0.0.0 or ::",
  }),
  listenPort: integerVariable({
    name: "LISTEN_PORT",
    fallback: "8443",
    min: 0,
    max: 65_535,
    help: "Port of the API: Connect, gRPC, gRPC-web and REST; 0 takes a free one and logs it",
  }),
  publicUrl: optionalVariable(
    httpUrlVariable({
      name: "PUBLIC_URL",
      help: "Base URL of the API as callers know it, for kubeconfigs that ask it for credentials. Absent: as each request names it",
    }),
  ),
  tlsCertificateFile: optionalVariable(
    textVariable({
      name: "TLS_CERTIFICATE_FILE",
      help: "PEM file with the server's certificate and those of its issuers; read again when it changes. Absent: no TLS",
    }),
  ),
  tlsKeyFile: optionalVariable(
    textVariable({
      name: "TLS_KEY_FILE",
      help: "PEM file with the key of TLS_CERTIFICATE_FILE; read again when it changes",
    }),
  ),
  clientCaFile: optionalVariable(
    textVariable({
      name: "CLIENT_CA_FILE",
      help: "PEM file with the authorities of client certificates, whose common name is the user and whose organizations are the groups. Absent: client certificates are not asked for",
    }),
  ),
  tokenAudiences: audiencesVariable({
    name: "TOKEN_AUDIENCES",
    fallback: "open-vcluster",
    help: "Audiences of Kubernetes tokens that are accepted; a token must be for one of them",
  }),
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
  oidcAlgorithms: algorithmsVariable({
    name: "OIDC_ALGORITHMS",
    fallback: "RS256,ES256,PS256",
    help: "Signature algorithms of OpenID Connect tokens that are accepted",
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
  allowAnonymous: booleanVariable({
    name: "ALLOW_ANONYMOUS",
    fallback: "false",
    help: "Let callers from this machine in without credentials, as system:anonymous; only with a loopback LISTEN_HOST",
  }),
  corsOrigins: originsVariable({
    name: "CORS_ORIGINS",
    fallback: "",
    help: "Origins whose pages may call the API from a browser, such as https://console.example.com",
  }),
  rateLimitPerSecond: integerVariable({
    name: "RATE_LIMIT_PER_SECOND",
    fallback: "50",
    min: 1,
    max: 100_000,
    help: "Calls of one caller per second in the long run, at each replica",
  }),
  rateLimitBurst: integerVariable({
    name: "RATE_LIMIT_BURST",
    fallback: "100",
    min: 1,
    max: 100_000,
    help: "Calls of one caller that may come at once after a pause",
  }),
  maxConcurrentCalls: integerVariable({
    name: "MAX_CONCURRENT_CALLS",
    fallback: "500",
    min: 1,
    max: 100_000,
    help: "Unary calls of all callers that run at the same time, at each replica",
  }),
  maxStreams: integerVariable({
    name: "MAX_STREAMS",
    fallback: "1000",
    min: 1,
    max: 100_000,
    help: "Streams of all callers that are open at the same time, at each replica",
  }),
  maxStreamsPerCaller: integerVariable({
    name: "MAX_STREAMS_PER_CALLER",
    fallback: "200",
    min: 1,
    max: 100_000,
    help: "Streams of one caller that are open at the same time, at each replica",
  }),
  maxConnections: integerVariable({
    name: "MAX_CONNECTIONS",
    fallback: "2000",
    min: 1,
    max: 100_000,
    help: "Connections that are open at the same time, at each replica; more are closed at once",
  }),
  maxRequestBytes: integerVariable({
    name: "MAX_REQUEST_BYTES",
    fallback: String(2 * MIB),
    min: 64 * 1024,
    max: 16 * MIB,
    help: "Size of one request message, decompressed, in bytes",
  }),
  deadlineMaxMs: durationVariable({
    name: "DEADLINE_MAX",
    fallback: "61m",
    minMs: SECOND,
    maxMs: 24 * HOUR,
    help: "The longest that a unary call may take, whatever deadline its client set; more than the hour that CreateVCluster can be asked to wait",
  }),
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
  healthHost: textVariable({
    name: "HEALTH_HOST",
    fallback: "0.0.0.0",
    help: "Address of /healthz, /readyz and /metrics",
  }),
  healthPort: integerVariable({
    name: "HEALTH_PORT",
    fallback: "8080",
    min: 0,
    max: 65_535,
    help: "Port of /healthz, /readyz and /metrics; 0 takes a free one and logs it",
  }),
  shutdownGraceMs: durationVariable({
    name: "SHUTDOWN_GRACE",
    fallback: "20s",
    minMs: 0,
    maxMs: 10 * MINUTE,
    help: "How long running calls may go on after the facade was told to stop",
  }),
  traceEndpoint: collectorVariable(),
  logLevel: choiceVariable({
    name: "LOG_LEVEL",
    fallback: "info",
    choices: logLevels,
    help: "Lowest level that is logged",
  }),
};

/** A whole configuration, or everything that is wrong with it. */
export type FacadeConfigResult =
  | { readonly config: FacadeConfig; readonly faults?: undefined }
  | { readonly config?: undefined; readonly faults: readonly ConfigFault[] };

/** Reads all variables, and what they say together; reports all faults at once. Pure. */
export function parseFacadeConfig(
  env: Readonly<Record<string, string | undefined>>,
): FacadeConfigResult {
  const { config, faults = [] } = parseConfig(FACADE_VARIABLES, env);
  const together = RULES.flatMap((rule) => rule(env) ?? []);
  if (config === undefined || together.length > 0) return { faults: [...faults, ...together] };
  return { config };
}

type Rule = (env: Readonly<Record<string, string | undefined>>) => ConfigFault | undefined;

/** A fault between variables; looked for only where each of them is fine alone. */
function rule<K extends keyof FacadeConfig>(
  keys: readonly K[],
  find: (config: Pick<FacadeConfig, K>) => ConfigFault | undefined,
): Rule {
  const table = Object.fromEntries(keys.map((key) => [key, FACADE_VARIABLES[key]]));
  return (env) => {
    const { config } = parseConfig(table, env);
    return config === undefined
      ? undefined
      : find(config as ConfigOf<Pick<typeof FACADE_VARIABLES, K>> as Pick<FacadeConfig, K>);
  };
}

const RULES: readonly Rule[] = [
  rule(["allowAnonymous", "listenHost"], ({ allowAnonymous, listenHost }) =>
    allowAnonymous && !isLoopback(listenHost)
      ? {
          variable: "ALLOW_ANONYMOUS",
          found: `"true" with LISTEN_HOST ${listenHost}`,
          allowed: "true only with LISTEN_HOST 127.0.0.1 or ::1",
        }
      : undefined,
  ),
  rule(["tlsCertificateFile", "tlsKeyFile"], ({ tlsCertificateFile, tlsKeyFile }) =>
    (tlsCertificateFile === undefined) === (tlsKeyFile === undefined)
      ? undefined
      : {
          variable: tlsKeyFile === undefined ? "TLS_KEY_FILE" : "TLS_CERTIFICATE_FILE",
          found: "not set",
          allowed: "set together with TLS_CERTIFICATE_FILE and TLS_KEY_FILE, or neither",
        },
  ),
  rule(["clientCaFile", "tlsCertificateFile"], ({ clientCaFile, tlsCertificateFile }) =>
    clientCaFile !== undefined && tlsCertificateFile === undefined
      ? {
          variable: "CLIENT_CA_FILE",
          found: "set without TLS_CERTIFICATE_FILE",
          allowed: "a file, with TLS_CERTIFICATE_FILE and TLS_KEY_FILE",
        }
      : undefined,
  ),
  rule(["oidcIssuer", "oidcAudience"], ({ oidcIssuer, oidcAudience }) =>
    oidcIssuer !== undefined && oidcAudience === undefined
      ? {
          variable: "OIDC_AUDIENCE",
          found: "not set",
          allowed: "the client id of this API, where OIDC_ISSUER is set",
        }
      : undefined,
  ),
];

/** An `https` URL, or `http` on this machine. */
function httpUrlVariable(spec: VariableSpec): Variable<string> {
  return {
    ...textVariable(spec),
    allowed: "an https URL without query and fragment; http only on a loopback address",
    parse: (text) => {
      const url = URL.parse(text);
      if (url?.search !== "" || url.hash !== "") return undefined;
      const isFine =
        url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
      return isFine ? text : undefined;
    },
  };
}

function algorithmsVariable(spec: VariableSpec): Variable<readonly string[]> {
  return restricted(
    spec,
    `some of ${ALGORITHMS.join(", ")} between commas`,
    (items) =>
      items.length > 0 && items.every((item) => ALGORITHMS.some((known) => known === item)),
  );
}

function audiencesVariable(spec: VariableSpec): Variable<readonly string[]> {
  return restricted(spec, "at least one name, several between commas", (items) => items.length > 0);
}

function originsVariable(spec: VariableSpec): Variable<readonly string[]> {
  return restricted(spec, "origins such as https://HOST:PORT between commas; not *", (items) =>
    items.every((item) => /^https?:/.test(item) && URL.parse(item)?.origin === item),
  );
}

function restricted(
  spec: VariableSpec,
  allowed: string,
  isFine: (items: readonly string[]) => boolean,
): Variable<readonly string[]> {
  const list = listVariable(spec);
  return {
    ...list,
    allowed,
    parse: (text) => {
      const items = list.parse(text);
      return items !== undefined && isFine(items) ? items : undefined;
    },
  };
}
