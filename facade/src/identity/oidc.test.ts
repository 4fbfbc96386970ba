import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createFakeClock, type FakeClock } from "@open-vcluster/runtime/testing/fake-clock";
import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import { Provider } from "oidc-provider";
import type { OidcAuthenticator } from "./authenticate.ts";
import { createOidc, type OidcOptions } from "./oidc.ts";

const UNAUTHENTICATED = { kind: "denied", reason: "Unauthenticated" };
const AUDIENCE = "open-vcluster";
const SECONDS = 1_000;

type Claims = Readonly<Record<string, unknown>>;

interface Key {
  readonly kid: string;
  readonly alg: string;
  readonly jwk: JWK;
  readonly privateKey: Awaited<ReturnType<typeof generateKeyPair>>["privateKey"];
}

async function newKey(kid: string, alg = "ES256"): Promise<Key> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(privateKey)), kid, alg, use: "sig" } };
}

/** A real provider; `rotate` is what a restart with other keys does. */
async function startProvider(first: readonly Key[]) {
  let serve: ReturnType<Provider["callback"]>;
  let isDown = false;
  let requests = 0;
  const server: Server = createServer((request, response) => {
    requests += 1;
    if (isDown) response.writeHead(503).end();
    else void serve(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const rotate = (keys: readonly Key[]): void => {
    const provider = new Provider(issuer, {
      jwks: { keys: keys.map(({ jwk }) => jwk) },
      cookies: { keys: ["only for this test"] },
      clients: [
        {
          client_id: AUDIENCE,
          client_secret: "only for this test",
          grant_types: ["client_credentials"],
          id_token_signed_response_alg: "ES256",
          redirect_uris: [],
          response_types: [],
        },
      ],
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: () => ({
            scope: "",
            audience: AUDIENCE,
            accessTokenTTL: 600,
            accessTokenFormat: "jwt",
            jwt: { sign: { alg: "ES256" } },
          }),
        },
      },
    });
    serve = provider.callback();
  };
  rotate(first);
  return {
    issuer,
    rotate,
    requests: () => requests,
    setDown: (value: boolean) => {
      isDown = value;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

describe("OpenID Connect tokens", () => {
  let provider: Awaited<ReturnType<typeof startProvider>>;
  let key: Key;
  let clock: FakeClock;
  let oidc: OidcAuthenticator;

  const open = (options: Partial<OidcOptions> = {}): Promise<OidcAuthenticator> =>
    createOidc({
      issuer: provider.issuer,
      audience: AUDIENCE,
      algorithms: ["ES256"],
      usernameClaim: "sub",
      usernamePrefix: "oidc:",
      groupsClaim: "groups",
      groupsPrefix: "oidc:",
      clock,
      ...options,
    });
  const sign = (
    claims: Claims = {},
    { kid, alg, privateKey }: Pick<Key, "kid" | "alg" | "privateKey"> = key,
  ): Promise<string> => {
    const nowSeconds = Math.floor(clock.nowMs() / SECONDS);
    const payload = {
      iss: provider.issuer,
      aud: AUDIENCE,
      sub: "alice",
      iat: nowSeconds,
      exp: nowSeconds + 600,
      ...claims,
    };
    return new SignJWT(payload).setProtectedHeader({ alg, kid }).sign(privateKey);
  };
  const refused = async (token: string, message?: string): Promise<void> => {
    await expect(oidc.verify(token)).rejects.toMatchObject({
      ...UNAUTHENTICATED,
      ...(message === undefined ? {} : { message: expect.stringContaining(message) }),
    });
  };

  beforeAll(async () => {
    key = await newKey("first");
    provider = await startProvider([key]);
  });
  afterAll(() => provider.close());
  beforeEach(async () => {
    provider.rotate([key]);
    clock = createFakeClock(Date.now());
    oidc = await open();
  });

  it("that a provider issued tell who calls", async () => {
    const answer = await fetch(`${provider.issuer}/token`, {
      method: "POST",
      headers: {
        authorization: `Basic ${btoa(`${AUDIENCE}:only+for+this+test`)}`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: "grant_type=client_credentials&resource=https://api.example",
    });
    const { access_token: token } = (await answer.json()) as { readonly access_token: string };
    expect(oidc.claims(token)).toBe(true);
    expect(await oidc.verify(token)).toMatchObject({ name: `oidc:${AUDIENCE}`, via: "oidc" });
  });

  it("carry groups, with the prefix that keeps them apart from others", async () => {
    const principal = await oidc.verify(await sign({ groups: ["devs", "ops"] }));
    expect(principal).toEqual({
      name: "oidc:alice",
      uid: "alice",
      groups: ["oidc:devs", "oidc:ops", "system:authenticated"],
      extra: {},
      via: "oidc",
    });
    expect((await oidc.verify(await sign({ groups: "devs" }))).groups).toContain("oidc:devs");
  });

  it.each<readonly [string, Claims]>([
    ["another audience", { aud: "other" }],
    ["no audience", { aud: undefined }],
    ["another issuer", { iss: "https://other.example" }],
    ["no end", { exp: undefined }],
    ["no user", { sub: undefined }],
    ["an empty user", { sub: "" }],
    ["a user that is no text", { sub: 7 }],
    ["groups that are no texts", { groups: [{ name: "devs" }] }],
    ["too many groups", { groups: Array.from({ length: 501 }, String) }],
  ])("are refused with %s", async (_, claims) => {
    await refused(await sign(claims));
  });

  it("are good for 30 seconds beside their times, because clocks differ, and no longer", async () => {
    const nowSeconds = Math.floor(clock.nowMs() / SECONDS);
    await oidc.verify(await sign({ exp: nowSeconds - 25 }));
    await refused(await sign({ exp: nowSeconds - 35 }), "expired");
    await oidc.verify(await sign({ nbf: nowSeconds + 25 }));
    await refused(await sign({ nbf: nowSeconds + 35 }), "nbf");
  });

  it("are refused unless signed by a key of the issuer with an allowed algorithm", async () => {
    const good = await sign();
    const [head = "", body = ""] = good.split(".");
    const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const stranger = await newKey(key.kid);
    const rsa = await newKey("rsa", "RS256");
    provider.rotate([key, rsa]);
    await refused(await sign({}, stranger));
    await refused(await sign({}, rsa));
    await refused(`${encoded({ alg: "none" })}.${body}.`);
    await refused(`${head}.${body}.`);
    const secret = new TextEncoder().encode(JSON.stringify(key.jwk));
    const symmetric = new SignJWT({ sub: "alice" }).setProtectedHeader({
      alg: "HS256",
      kid: key.kid,
    });
    await refused(await symmetric.sign(secret));
    await refused(
      `${head}.${encoded({ ...(JSON.parse(atob(body)) as Claims), sub: "root" })}.${good.split(".")[2] ?? ""}`,
    );
  });

  it("never give the names of the cluster's own users and groups", async () => {
    oidc = await open({ usernamePrefix: "-", groupsPrefix: "-" });
    expect((await oidc.verify(await sign({ groups: ["devs"] }))).name).toBe("alice");
    await refused(await sign({ groups: ["devs", "system:masters"] }), "system:masters");
    await refused(await sign({ sub: "system:admin" }), "system:admin");
    oidc = await open({ usernamePrefix: "system:" });
    await refused(await sign(), "system:alice");
  });

  it("count an email address only when it is verified", async () => {
    oidc = await open({ usernameClaim: "email" });
    const email = "alice@example.com";
    expect((await oidc.verify(await sign({ email, email_verified: true }))).name).toBe(
      `oidc:${email}`,
    );
    await refused(await sign({ email }), "not verified");
    await refused(await sign({ email, email_verified: "true" }), "not verified");
  });

  it("of new keys are good when the keys were read again, which tokens can cause only now and then", async () => {
    await oidc.verify(await sign());
    const next = await newKey("second");
    provider.rotate([next]);
    const before = provider.requests();
    for (let count = 0; count < 20; count += 1) await refused(await sign({}, next));
    expect(provider.requests()).toBe(before);
    await clock.advance(30 * SECONDS);
    expect(await oidc.verify(await sign({}, next))).toMatchObject({ name: "oidc:alice" });
    await refused(await sign());
  });

  it("are neither good nor bad while keys are needed and the issuer does not answer", async () => {
    provider.setDown(true);
    await expect(oidc.verify(await sign())).rejects.toMatchObject({
      kind: "unavailable",
      reason: "IssuerUnavailable",
    });
    const before = provider.requests();
    await expect(oidc.verify(await sign())).rejects.toMatchObject({ kind: "unavailable" });
    expect(provider.requests()).toBe(before);
    provider.setDown(false);
    await clock.advance(5 * SECONDS);
    await oidc.verify(await sign());
    provider.setDown(true);
    await oidc.verify(await sign());
    provider.setDown(false);
  });

  it.each(["", "a.b.c", "opaque", "e30.e30."])(
    "are not claimed where they are none: %j",
    (token) => {
      expect(oidc.claims(token)).toBe(false);
    },
  );
});
