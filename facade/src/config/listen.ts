import {
  integerVariable,
  listVariable,
  optionalVariable,
  textVariable,
  type VariablesOf,
} from "@open-vcluster/runtime";
import { httpUrlVariable } from "./http-url.ts";

/** Where the API is served, and to which pages. */
export interface ListenConfig {
  readonly listenHost: string;
  readonly listenPort: number;
  readonly publicUrl: string | undefined;
  readonly tlsCertificateFile: string | undefined;
  readonly tlsKeyFile: string | undefined;
  readonly corsOrigins: readonly string[];
}

/** The variables of {@link ListenConfig}. */
export const LISTEN_VARIABLES: VariablesOf<ListenConfig> = {
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
  corsOrigins: listVariable({
    name: "CORS_ORIGINS",
    fallback: "",
    help: "Origins whose pages may call the API from a browser, such as https://console.example.com",
    allowed: "origins such as https://HOST:PORT between commas; not *",
    isAllowed: (items) =>
      items.every((item) => /^https?:/.test(item) && URL.parse(item)?.origin === item),
  }),
};
