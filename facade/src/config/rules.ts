import { type ConfigFault, type ConfigOf, parseConfig } from "@open-vcluster/runtime";
import { isLoopback } from "../server/loopback.ts";
import { FACADE_VARIABLES, type FacadeConfig } from "./variables.ts";

/** Finds a fault between variables, in the environment. */
export type Rule = (env: Readonly<Record<string, string | undefined>>) => ConfigFault | undefined;

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

/** The faults between variables that are looked for. */
export const RULES: readonly Rule[] = [
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
