import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { IDENTITY_ANNOTATION, SOURCE_VERSION_ANNOTATION } from "@open-vcluster/crds";
import { createKubeClient, type KubeClient } from "@open-vcluster/runtime";
import { connectToTestbed, createNamespace } from "@open-vcluster/runtime/testing/testbed";
import { KINDS } from "../world/kinds.ts";
import { createPki } from "./create.ts";
import { decideIdentity, type IdentitySeen } from "./escrow.ts";
import { identityOf } from "./fingerprint.ts";
import { createEscrow, followCerts, readPki, writeCerts } from "./store.ts";

const { signal } = new AbortController();

describe("identity of a virtual cluster on a real API server", () => {
  let certs = { namespace: "", name: "demo-certs", labels: { owner: "test" } };
  let escrow = { namespace: "", name: "pki-demo", labels: { owner: "test" } };
  let request = {
    name: "demo",
    namespace: "",
    clusterDomain: "cluster.local",
    extraSANs: [],
    nowMs: Date.now(),
  };
  let client: KubeClient;

  beforeAll(async () => {
    client = createKubeClient(connectToTestbed(process.env));
    const namespace = await createNamespace(client);
    certs = { ...certs, namespace };
    escrow = { ...escrow, namespace };
    request = { ...request, namespace };
  });
  afterAll(async () => {
    await client.delete(KINDS.namespace, { name: certs.namespace });
    await client.close();
  });

  /** What metadata alone tells, as in steady state. */
  async function look(): Promise<IdentitySeen> {
    const kept = await client.get(KINDS.secret, escrow, { metadataOnly: true });
    const held = await client.get(KINDS.secret, certs, { metadataOnly: true });
    const annotations = kept?.metadata.annotations ?? {};
    return {
      dataExists: true,
      escrow: kept && {
        identity: annotations[IDENTITY_ANNOTATION] ?? "",
        sourceVersion: annotations[SOURCE_VERSION_ANNOTATION],
      },
      certs: held && {
        resourceVersion: held.metadata.resourceVersion ?? "",
        content: { kind: "notRead" },
      },
    };
  }

  /** One pass as the operator makes it: metadata first, contents only when asked for. */
  async function pass(): Promise<string> {
    const seen = await look();
    const first = decideIdentity(seen);
    if (first.kind === "writeCerts") {
      await writeCerts(escrow, certs, client, signal);
      return `${first.kind} ${first.cause}`;
    }
    const stored = first.kind === "readCerts" ? await readPki(client, certs, signal) : undefined;
    if (stored === undefined) return first.kind;
    const read = identityOf(stored.entries) ?? "";
    const content = { kind: "usable", identity: read } as const;
    const second = decideIdentity({
      ...seen,
      certs: { resourceVersion: stored.resourceVersion, content },
    });
    if (second.kind === "writeCerts") await writeCerts(escrow, certs, client, signal);
    if (second.kind === "followCerts") await followCerts(escrow, stored, client, signal);
    return "cause" in second ? `${second.kind} ${second.cause}` : second.kind;
  }

  const identity = async (): Promise<string | undefined> =>
    identityOf((await readPki(client, certs, signal))?.entries ?? {});

  it("goes into escrow first and from there into use, once", async () => {
    await createEscrow(escrow, request, client, signal);
    expect(await pass()).toBe("writeCerts missing");
    expect(await pass()).toBe("followCerts changed");
    expect(await pass()).toBe("none");
    const stored = await readPki(client, certs, signal);
    expect(stored?.entries).toEqual((await readPki(client, escrow, signal))?.entries);
  });

  it("is never replaced in escrow by a new one", async () => {
    await expect(createEscrow(escrow, request, client, signal)).rejects.toMatchObject({
      name: "Failure",
      kind: expect.stringMatching(/alreadyExists|conflict/),
    });
  });

  it("comes back when its Secret is deleted", async () => {
    const before = await identity();
    await client.delete(KINDS.secret, certs);
    expect(await pass()).toBe("writeCerts missing");
    expect(await identity()).toBe(before);
    expect(await pass()).toBe("followCerts changed");
  });

  it("follows renewed leaves", async () => {
    const renewed = await createPki({ ...request, nowMs: Date.now() + 1_000 });
    const patch = {
      data: {
        "apiserver.crt": Buffer.from(renewed["apiserver.crt"]).toString("base64"),
        "apiserver.key": Buffer.from(renewed["apiserver.key"]).toString("base64"),
      },
    };
    await client.mergePatch(KINDS.secret, certs, patch);
    expect(await pass()).toBe("followCerts changed");
    expect((await readPki(client, escrow, signal))?.entries["apiserver.crt"]).toBe(
      renewed["apiserver.crt"],
    );
    expect(await pass()).toBe("none");
  });

  it("is put back over one that a control plane made for itself", async () => {
    const before = await identity();
    const foreign = await createPki(request);
    await client.delete(KINDS.secret, certs);
    const data = Object.entries(foreign).map(([entry, text]) => [
      entry,
      Buffer.from(text).toString("base64"),
    ]);
    await client.create(KINDS.secret, {
      metadata: { namespace: certs.namespace, name: certs.name },
      type: "Opaque",
      data: Object.fromEntries(data) as Record<string, string>,
    });
    expect(await pass()).toBe("writeCerts foreign");
    expect(await identity()).toBe(before);
  });

  it("is given up loudly when escrow is damaged too", async () => {
    await client.mergePatch(KINDS.secret, escrow, { data: { "ca.key": null } });
    await client.delete(KINDS.secret, certs);
    await expect(writeCerts(escrow, certs, client, signal)).rejects.toMatchObject({
      kind: "corrupt",
      reason: "PKILost",
    });
  });
});
