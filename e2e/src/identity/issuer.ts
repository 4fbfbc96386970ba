import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { createServer, request } from "node:https";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { Provider } from "oidc-provider";
import type { Pair } from "./pair.ts";

/** A real OpenID Connect provider, on a free port of the loopback. */
export interface Issuer {
  readonly url: string;
  /** A token as the provider gives it to its client, who is its subject. */
  token(): Promise<string>;
  /** A token with the provider's signature that says something else than the provider would. */
  sign(claims: Readonly<Record<string, unknown>>, algorithm?: string): Promise<string>;
  close(): Promise<void>;
}

const SECRET = "only-for-this-test";
const TOKEN_SECONDS = 600;

/** Starts a provider whose tokens are for one audience; it has a key for each algorithm, and uses the first. */
export async function startIssuer({
  audience,
  algorithms,
  serving,
  ca,
}: {
  readonly audience: string;
  readonly algorithms: readonly [string, ...string[]];
  readonly serving: Pair;
  /** PEM; who signed `serving`. */
  readonly ca: string;
}): Promise<Issuer> {
  const [preferred] = algorithms;
  const keys = new Map(await Promise.all(algorithms.map(keyFor)));
  const server = createServer(serving);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `https://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const provider = new Provider(url, {
    jwks: { keys: [...keys.values()].map(({ jwk }) => jwk) },
    cookies: { keys: [SECRET] },
    clients: [
      {
        client_id: audience,
        client_secret: SECRET,
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
          audience,
          accessTokenTTL: TOKEN_SECONDS,
          accessTokenFormat: "jwt",
          jwt: { sign: { alg: "ES256" } },
        }),
      },
    },
  });
  const serve = provider.callback();
  server.on("request", (request, response) => void serve(request, response));
  return {
    url,
    token: async () => {
      const asked = request(`${url}/token`, {
        method: "POST",
        agent: false,
        ca,
        auth: `${audience}:${SECRET}`,
        headers: { "content-type": "application/x-www-form-urlencoded" },
      });
      asked.end("grant_type=client_credentials&resource=https://api.example");
      const [answer] = (await once(asked, "response")) as [IncomingMessage];
      return ((await json(answer)) as { readonly access_token: string }).access_token;
    },
    sign: async (claims, algorithm = preferred) => {
      const key = keys.get(algorithm);
      if (key === undefined) throw new Error(`The issuer has no key for ${algorithm}`);
      const nowSeconds = Math.floor(Date.now() / 1_000);
      const usual = { iss: url, aud: audience, sub: audience, iat: nowSeconds };
      return new SignJWT({ ...usual, exp: nowSeconds + TOKEN_SECONDS, ...claims })
        .setProtectedHeader({ alg: algorithm, kid: algorithm })
        .sign(key.privateKey);
    },
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function keyFor(algorithm: string) {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = { ...(await exportJWK(privateKey)), kid: algorithm, alg: algorithm, use: "sig" };
  return [algorithm, { privateKey, jwk }] as const;
}
