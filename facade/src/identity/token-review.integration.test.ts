import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import {
  connectWithPem,
  createKubeClient,
  type KubeClient,
  type ResourceType,
} from "@open-vcluster/runtime";
import { createFakeClock } from "@open-vcluster/runtime/testing/fake-clock";
import { type FaultyProxy, startFaultyProxy } from "@open-vcluster/runtime/testing/faulty-proxy";
import { connectToTestbed, createNamespace } from "@open-vcluster/runtime/testing/testbed";

import { createTokenReview } from "./token-review.ts";

const SERVICE_ACCOUNTS: ResourceType = {
  group: "",
  version: "v1",
  plural: "serviceaccounts",
  kind: "ServiceAccount",
  namespaced: true,
};
const UNAUTHENTICATED = { kind: "denied", reason: "Unauthenticated" };
const SOURCE = "192.0.2.1";

describe("Kubernetes tokens", () => {
  const connection = connectToTestbed(process.env);
  let proxy: FaultyProxy;
  let client: KubeClient;
  let namespace: string;

  const tokenFor = async (audience: string, name = "caller"): Promise<string> => {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
    const answer = await client.request("POST", path, {
      body: { spec: { audiences: [audience], expirationSeconds: 600 } },
    });
    return (JSON.parse(answer.text) as { status: { token: string } }).status.token;
  };
  const reviews = () => proxy.seen.filter((seen) => seen.url.pathname.endsWith("tokenreviews"));
  const authenticator = (clock = createFakeClock()) =>
    createTokenReview({ client, clock, audiences: ["open-vcluster", "other"] });

  beforeAll(async () => {
    proxy = await startFaultyProxy(connection);
    client = createKubeClient(connectWithPem({ server: proxy.url }));
    namespace = await createNamespace(client);
    await client.create(SERVICE_ACCOUNTS, { metadata: { namespace, name: "caller" } });
  });
  afterAll(async () => {
    await client.close();
    await proxy.close();
    await connection.close();
  });

  it("tell who calls, with groups and what else the cluster knows", async () => {
    const principal = await authenticator()(await tokenFor("open-vcluster"), SOURCE);
    expect(principal).toMatchObject({
      name: `system:serviceaccount:${namespace}:caller`,
      uid: expect.any(String),
      groups: expect.arrayContaining([
        "system:serviceaccounts",
        `system:serviceaccounts:${namespace}`,
        "system:authenticated",
      ]),
      via: "token",
    });
    expect(Object.keys(principal.extra)).toContain("authentication.kubernetes.io/credential-id");
  });

  it("are refused when they are for something else, forged, or not tokens at all", async () => {
    const authenticate = authenticator();
    const good = await tokenFor("open-vcluster");
    const forged = `${good.slice(0, -8)}AAAAAAAA`;
    const forServer = await tokenFor("https://kubernetes.default.svc.cluster.local");
    for (const token of [forServer, forged, "nonsense", "a.b.c"]) {
      await expect(authenticate(token, SOURCE)).rejects.toMatchObject(UNAUTHENTICATED);
    }
    await expect(authenticate(good, SOURCE)).resolves.toBeDefined();
  });

  it("are asked about once in 30 seconds, refused ones once in 5", async () => {
    const clock = createFakeClock();
    const authenticate = authenticator(clock);
    const good = await tokenFor("open-vcluster");
    const before = reviews().length;
    await Promise.all([1, 2, 3].map(() => authenticate(good, SOURCE)));
    await clock.advance(29_999);
    await authenticate(good, SOURCE);
    expect(reviews()).toHaveLength(before + 1);
    await clock.advance(1);
    await authenticate(good, SOURCE);
    expect(reviews()).toHaveLength(before + 2);
    for (const waitMs of [0, 4_999, 1]) {
      await clock.advance(waitMs);
      await expect(authenticate("nonsense", SOURCE)).rejects.toMatchObject(UNAUTHENTICATED);
    }
    expect(reviews()).toHaveLength(before + 4);
  });

  it("that one address invents do not flood the API server, nor keep others out", async () => {
    const authenticate = authenticator();
    const known = await tokenFor("open-vcluster");
    await authenticate(known, SOURCE);
    const before = reviews().length;
    const tries = await Promise.allSettled(
      Array.from({ length: 300 }, (_, index) => authenticate(`invented-${index}`, SOURCE)),
    );
    const limited = tries.filter(
      (outcome) => (outcome as { reason?: { kind?: string } }).reason?.kind === "exhausted",
    );
    expect(reviews().length - before).toBeLessThanOrEqual(100);
    expect(limited.length).toBeGreaterThanOrEqual(200);
    await authenticate(known, SOURCE);
    await authenticate(await tokenFor("other"), "192.0.2.2");
  });

  it("are neither good nor bad while the API server cannot be asked", async () => {
    const authenticate = authenticator();
    proxy.failNext((seen) => seen.url.pathname.endsWith("tokenreviews"), { kind: "reset" });
    const token = await tokenFor("open-vcluster");
    await expect(authenticate(token, SOURCE)).rejects.toMatchObject({ kind: "unavailable" });
    await expect(authenticate(token, SOURCE)).resolves.toBeDefined();
  });
});
