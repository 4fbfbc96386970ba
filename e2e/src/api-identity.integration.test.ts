import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { text } from "node:stream/consumers";
import { connect, type TLSSocket } from "node:tls";
import { Code } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { applyRoles, createAccount } from "./harness/account.ts";
import type { FacadeProcess } from "./harness/facade-process.ts";
import { installProduct, type Product } from "./harness/product.ts";
import type { LogLine } from "./harness/program.ts";
import { waitFor } from "./harness/wait.ts";
import { type Authority, createAuthority } from "./identity/authority.ts";
import { type Issuer, startIssuer } from "./identity/issuer.ts";
import { type MountedSecret, mountSecret } from "./identity/mounted-secret.ts";
import type { Pair } from "./identity/pair.ts";
import { DOORS } from "./matrix/door.ts";
import { type Outcome, outcomeOf } from "./matrix/life.ts";
import { LIFE } from "./matrix/rows.ts";

const AUDIENCE = "open-vcluster";
const HOUR_MS = 3_600_000;
const TENANT = "tenant";
/** The audit's name of the call that everybody makes here. */
const METHOD = "vcluster.api.v1.VClusterService/ListVClusters";

/** What a caller proves itself with. */
interface Credentials {
  readonly token?: string;
  readonly certificate?: Pair;
}

let product: Product;
let servers: Authority;
let clients: Authority;
let issuer: Issuer;
let secret: MountedSecret;
let facade: FacadeProcess;
let port: number;
let account: string;

beforeAll(async () => {
  product = await installProduct("identity");
  const { kubectl, namespace } = product;
  await applyRoles(product);
  ({ token: account } = await createAccount(product, { namespace, name: TENANT }, [
    "vcluster-viewer",
  ]));
  const viewers = ["--user=alice", `--user=oidc:${AUDIENCE}`, "--group=oidc:devs"];
  await kubectl.run([
    ...["create", "rolebinding", "viewers", `--namespace=${namespace}`],
    ...["--clusterrole=vcluster-viewer", ...viewers],
  ]);
  servers = await createAuthority("servers");
  clients = await createAuthority("clients");
  issuer = await startIssuer({
    audience: AUDIENCE,
    algorithms: ["ES256", "RS256"],
    serving: await servers.issue("CN=issuer"),
    ca: servers.cert,
  });
  secret = await mountSecret();
  await publish("CN=first");
  facade = product.startFacade({
    env: {
      TLS_CERTIFICATE_FILE: secret.path("tls.crt"),
      TLS_KEY_FILE: secret.path("tls.key"),
      CLIENT_CA_FILE: secret.path("clients.crt"),
      OIDC_ISSUER: issuer.url,
      OIDC_AUDIENCE: AUDIENCE,
      OIDC_CA_FILE: secret.path("ca.crt"),
      OIDC_ALGORITHMS: "ES256",
    },
  });
  port = await facade.serving();
}, 180_000);

afterAll(async () => {
  await product.close();
  await issuer.close();
  await secret.remove();
}, 60_000);

async function publish(subject: string): Promise<void> {
  const { cert, key } = await servers.issue(subject);
  const files = { "tls.crt": cert, "tls.key": key };
  await secret.publish({ ...files, "clients.crt": clients.cert, "ca.crt": servers.cert });
}

/** Calls over every protocol; every outcome by protocol, and the audit lines that came of it. */
async function callEverywhere({ token, certificate }: Credentials): Promise<{
  readonly outcomes: ReadonlyMap<string, Outcome>;
  readonly lines: readonly LogLine[];
}> {
  const row = LIFE.find(({ name }) => name === "ListVClusters");
  if (row === undefined) throw new Error("no such method");
  const { method, rest } = row;
  const request = row.good({
    namespace: product.namespace,
    name: "",
    operationId: "",
    snapshotId: "",
  });
  const before = linesOfCalls().length;
  const outcomes = new Map<string, Outcome>();
  for (const { name, open } of DOORS) {
    const talk = open(`https://127.0.0.1:${String(port)}`, { ca: servers.cert, ...certificate });
    const ask = { method, rest, request, ...(token !== undefined && { token }) };
    outcomes.set(name, await outcomeOf(talk, ask));
  }
  const lines = await waitFor("each call has a line in the audit", () => {
    const added = linesOfCalls().slice(before);
    return Promise.resolve(added.length >= DOORS.length && added);
  });
  return { outcomes, lines };
}

function linesOfCalls(): readonly LogLine[] {
  return facade.audit().filter(({ method }) => method === METHOD);
}

function logOf(message: string): readonly LogLine[] {
  return facade
    .log()
    .split("\n")
    .filter((line) => line.includes(JSON.stringify(message)))
    .map((line) => JSON.parse(line) as LogLine);
}

describe("a caller of every protocol over TLS", () => {
  it.each<readonly [string, () => Promise<Credentials>, LogLine]>([
    [
      "a client certificate",
      async () => ({ certificate: await clients.issue("CN=alice,O=devs") }),
      { principal: "alice", groups: ["devs", "system:authenticated"], via: "certificate" },
    ],
    [
      "a token of the issuer",
      async () => ({ token: await issuer.token() }),
      { principal: `oidc:${AUDIENCE}`, groups: ["system:authenticated"], via: "oidc" },
    ],
    [
      "a token of the issuer with groups",
      async () => ({ token: await issuer.sign({ sub: "bob", groups: ["devs"] }) }),
      { principal: "oidc:bob", groups: ["oidc:devs", "system:authenticated"], via: "oidc" },
    ],
    ["a token of the host cluster", () => Promise.resolve({ token: account }), { via: "token" }],
  ])("is known by %s", async (_, credentials, who) => {
    const { outcomes, lines } = await callEverywhere(await credentials());
    for (const outcome of outcomes.values()) expect(outcome).toMatchObject({ totalCount: 0 });
    expect(lines).toHaveLength(DOORS.length);
    for (const line of lines) {
      expect(line).toMatchObject({ ...who, code: "OK", decision: "allowed", source: "127.0.0.1" });
    }
  });

  it("is known and may do nothing without a role", async () => {
    const { outcomes, lines } = await callEverywhere({
      certificate: await clients.issue("CN=mallory"),
    });
    for (const outcome of outcomes.values()) {
      expect(outcome).toMatchObject({ code: Code.PermissionDenied });
    }
    for (const line of lines) expect(line).toMatchObject({ decision: "denied" });
  });

  const nowSeconds = (): number => Math.floor(Date.now() / 1_000);
  const tokenWith =
    (claims: () => Readonly<Record<string, unknown>>, algorithm?: string) =>
    async (): Promise<Credentials> => ({ token: await issuer.sign(claims(), algorithm) });
  const certificateAt = (fromMs: number, toMs: number) => async (): Promise<Credentials> => ({
    certificate: await clients.issue("CN=alice", {
      fromMs: Date.now() + fromMs,
      toMs: Date.now() + toMs,
    }),
  });
  const HOST_CLUSTER_ADVICE = "get a new one for this API's audience";

  it.each<readonly [string, () => Promise<Credentials>, string]>([
    ["nothing", () => Promise.resolve({}), "send a bearer token"],
    [
      "a certificate of another authority",
      async () => ({ certificate: await (await createAuthority("other")).issue("CN=alice") }),
      "renew it or send none",
    ],
    ["an expired certificate", certificateAt(-2 * HOUR_MS, -HOUR_MS), "renew it or send none"],
    ["a certificate of tomorrow", certificateAt(HOUR_MS, 2 * HOUR_MS), "renew it or send none"],
    [
      "a bad certificate beside a good token",
      async () => ({ ...(await certificateAt(-2 * HOUR_MS, -HOUR_MS)()), token: account }),
      "renew it or send none",
    ],
    [
      "a certificate that names the cluster's own group",
      async () => ({ certificate: await clients.issue("CN=alice,O=system:masters") }),
      "the cluster's own",
    ],
    ["a token for another audience", tokenWith(() => ({ aud: "other" })), "claim aud"],
    [
      "a token of another issuer",
      tokenWith(() => ({ iss: "https://other.example" })),
      HOST_CLUSTER_ADVICE,
    ],
    [
      "an expired token",
      tokenWith(() => ({ exp: nowSeconds() - 60 })),
      "has expired; get a new one",
    ],
    ["a token of tomorrow", tokenWith(() => ({ nbf: nowSeconds() + 60 })), "claim nbf"],
    [
      "a token with an algorithm that is not allowed",
      tokenWith(() => ({}), "RS256"),
      "get a new one",
    ],
    [
      "a token of the host cluster for another audience",
      async () => ({
        token: await product.kubectl.run([
          ...["create", "token", TENANT, `--namespace=${product.namespace}`],
          "--audience=other",
        ]),
      }),
      HOST_CLUSTER_ADVICE,
    ],
  ])("is refused with %s", async (_, credentials, advice) => {
    const logged = logOf("Caller refused").length;
    const { outcomes, lines } = await callEverywhere(await credentials());
    for (const outcome of outcomes.values()) {
      expect(outcome).toMatchObject({
        code: Code.Unauthenticated,
        reason: "UNAUTHENTICATED",
        message: expect.stringContaining(advice),
      });
    }
    expect(lines).toHaveLength(DOORS.length);
    for (const line of lines) {
      expect(line).toMatchObject({ code: "UNAUTHENTICATED", decision: "denied" });
      expect(line).not.toHaveProperty("principal");
    }
    const refusals = await waitFor("each refusal is in the log", () => {
      const added = logOf("Caller refused").slice(logged);
      return Promise.resolve(added.length >= DOORS.length && added);
    });
    expect(refusals.map(({ source }) => source)).toEqual(DOORS.map(() => "127.0.0.1"));
  });
});

describe("a facade whose certificate is exchanged", () => {
  it("shows the new one to new connections, and goes on with the old ones", async () => {
    const old = connectHttp2(`https://127.0.0.1:${String(port)}`, { ca: servers.cert });
    const healthOf = (session: typeof old) => text(session.request({ ":path": "/healthz" }));
    const before = await healthOf(old);
    expect([old.alpnProtocol, await servedName()]).toEqual(["h2", "first"]);
    await publish("CN=second");
    await waitFor("the new certificate is shown", async () => (await servedName()) === "second");
    expect(await healthOf(old)).toBe(before);
    expect(certificateNameOf(old.socket as TLSSocket)).toBe("first");
    old.destroy();
    const { outcomes } = await callEverywhere({ certificate: await clients.issue("CN=alice") });
    for (const outcome of outcomes.values()) expect(outcome).toMatchObject({ totalCount: 0 });
  }, 60_000);
});

async function servedName(): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port, ca: servers.cert });
  await once(socket, "secureConnect");
  const name = certificateNameOf(socket);
  socket.destroy();
  return name;
}

function certificateNameOf(socket: TLSSocket): string {
  return [socket.getPeerCertificate().subject.CN].flat().join();
}
