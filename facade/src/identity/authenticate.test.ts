import { describe, expect, it } from "@jest/globals";
import type { Origin, PresentedCertificate } from "../call/origin.ts";
import { type Authenticators, createAuthenticate } from "./authenticate.ts";
import { certificatePrincipal } from "./client-certificate.ts";
import type { Principal } from "./principal.ts";

const UNAUTHENTICATED = { kind: "denied", reason: "Unauthenticated" };
const HERE: Origin = { address: "127.0.0.1", authority: "localhost:8443", isTls: false };
const person = (name: string, via: Principal["via"]): Principal => ({
  name,
  groups: [],
  extra: {},
  via,
});

const authenticators = (more: Partial<Authenticators> = {}): Authenticators => ({
  certificate: certificatePrincipal,
  oidc: {
    claims: (token) => token.startsWith("oidc"),
    verify: (token) => Promise.resolve(person(token, "oidc")),
  },
  token: (token) => Promise.resolve(person(token, "token")),
  allowAnonymous: false,
  ...more,
});

const certificate = (subject: PresentedCertificate["subject"], isVerified = true) => ({
  certificate: { isVerified, subject, fingerprint: "AA" },
});

async function callerOf(
  header: Readonly<Record<string, string>>,
  origin: Partial<Origin> = {},
  more: Partial<Authenticators> = {},
): Promise<string> {
  const authenticate = createAuthenticate(authenticators(more));
  const { via, name } = await authenticate(new Headers(header), { ...HERE, ...origin });
  return `${via} ${name}`;
}

describe("authentication", () => {
  it("takes a certificate before a token, and a token by who issued it", async () => {
    const bearer = { authorization: "Bearer abc" };
    expect(await callerOf(bearer)).toBe("token abc");
    expect(await callerOf({ authorization: "bearer oidc.a.b" })).toBe("oidc oidc.a.b");
    expect(await callerOf(bearer, certificate({ CN: "alice" }))).toBe("certificate alice");
  });

  it("refuses a bad certificate although the token is good", async () => {
    const bearer = { authorization: "Bearer abc" };
    for (const bad of [
      certificate({ CN: "alice" }, false),
      certificate({}),
      certificate({ CN: "" }),
      certificate({ CN: ["alice", "bob"] }),
      certificate({ CN: "system:admin" }),
      certificate({ CN: "alice", O: ["devs", "system:masters"] }),
    ]) {
      await expect(callerOf(bearer, bad)).rejects.toMatchObject(UNAUTHENTICATED);
    }
  });

  it.each([
    "abc",
    "Basic abc",
    "Bearer",
    "Bearer a b",
    "Bearer a,b",
    `Bearer ${"a".repeat(20_000)}`,
  ])("refuses the header %.20s", async (authorization) => {
    const open = { allowAnonymous: true };
    await expect(callerOf({ authorization }, {}, open)).rejects.toMatchObject(UNAUTHENTICATED);
  });

  it("needs credentials from everybody unless anonymous callers are allowed", async () => {
    await expect(callerOf({})).rejects.toMatchObject(UNAUTHENTICATED);
    const anonymous = await callerOf({}, {}, { allowAnonymous: true });
    expect(anonymous).toBe("anonymous system:anonymous");
  });

  it.each<readonly [string, Readonly<Record<string, string>>, Partial<Origin>]>([
    ["from another machine", {}, { address: "192.0.2.1" }],
    ["through a proxy on this machine", { "x-forwarded-for": "192.0.2.1" }, {}],
    ["under another name of this machine", {}, { authority: "rebound.example:8443" }],
    ["without saying to whom", {}, { authority: "" }],
    ["from a page of another host", { origin: "https://evil.example" }, {}],
    ["from a page without an origin", { origin: "null" }, {}],
  ])("lets no anonymous caller in %s", async (_, header, origin) => {
    const open = { allowAnonymous: true };
    await expect(callerOf(header, origin, open)).rejects.toMatchObject(UNAUTHENTICATED);
  });
});
