import { describe, expect, it } from "@jest/globals";
import { describeFault } from "@open-vcluster/runtime";
import { parseFacadeConfig } from "./parse.ts";

const faultsOf = (env: Readonly<Record<string, string>>) =>
  (parseFacadeConfig(env).faults ?? []).map(describeFault);

describe("the facade's configuration", () => {
  it("needs nothing, and is then closed to other machines", () => {
    expect(parseFacadeConfig({}).config).toMatchObject({
      listenHost: "127.0.0.1",
      allowAnonymous: false,
      corsOrigins: [],
      tokenAudiences: ["open-vcluster"],
    });
  });

  it("reports all faults at once: of variables alone and of variables together", () => {
    const faults = faultsOf({
      LISTEN_PORT: "70000",
      LISTEN_HOST: "0.0.0.0",
      ALLOW_ANONYMOUS: "true",
      TLS_KEY_FILE: "/key",
      CLIENT_CA_FILE: "/ca",
      OIDC_ISSUER: "https://issuer.example",
    });
    expect(faults.map((fault) => fault.split(" ", 1)[0])).toEqual([
      "LISTEN_PORT",
      "ALLOW_ANONYMOUS",
      "TLS_CERTIFICATE_FILE",
      "CLIENT_CA_FILE",
      "OIDC_AUDIENCE",
    ]);
  });

  it.each(["127.0.0.1", "127.8.9.1", "::1", "[::1]", "localhost", "::ffff:127.0.0.1"])(
    "lets anonymous callers in on %s",
    (host) => {
      expect(faultsOf({ LISTEN_HOST: host, ALLOW_ANONYMOUS: "true" })).toEqual([]);
    },
  );

  it.each(["0.0.0.0", "::", "192.0.2.1", "localhost.example.com", "127.0.0.1.example.com"])(
    "lets no anonymous callers in on %s",
    (host) => {
      expect(faultsOf({ LISTEN_HOST: host, ALLOW_ANONYMOUS: "true" })).toHaveLength(1);
    },
  );

  it.each([
    ["OIDC_ALGORITHMS", "none"],
    ["OIDC_ALGORITHMS", "RS256,HS256"],
    ["OIDC_ALGORITHMS", ","],
    ["OIDC_ISSUER", "http://issuer.example"],
    ["OIDC_ISSUER", "issuer.example"],
    ["OIDC_ISSUER", "https://issuer.example/?tenant=a"],
    ["CORS_ORIGINS", "*"],
    ["CORS_ORIGINS", "null"],
    ["CORS_ORIGINS", "https://console.example/"],
    ["CORS_ORIGINS", "https://good.example,console.example"],
    ["PUBLIC_URL", "ftp://api.example"],
    ["TOKEN_AUDIENCES", ","],
  ])("refuses %s=%s", (variable, value) => {
    const audience = variable === "OIDC_ISSUER" ? { OIDC_AUDIENCE: "api" } : {};
    const faults = faultsOf({ ...audience, [variable]: value });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(new RegExp(`^${variable} is `));
  });
});
