import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createKubeClient, type HasMetadata, type KubeClient } from "@open-vcluster/runtime";
import { connectToTestbed, createNamespace } from "@open-vcluster/runtime/testing/testbed";
import { KINDS } from "./kinds.ts";
import { writeStatus } from "./write-status.ts";

const { signal } = new AbortController();
const OWNED = { fields: [], conditionTypes: ["Probed"] };

type Namespace = HasMetadata & { readonly status?: { readonly conditions?: readonly object[] } };

describe("a status on a real API server", () => {
  let client: KubeClient;
  let name = "";

  const read = async (): Promise<Namespace> => {
    const found = await client.get<Namespace>(KINDS.namespace, { name });
    if (found === undefined) throw new Error(`Namespace ${name} is gone`);
    return found;
  };
  const write = (object: Namespace, reason: string, onlyAsRead: boolean): Promise<boolean> => {
    const lastTransitionTime = "2026-01-01T00:00:00Z";
    const probed = { type: "Probed", status: "True", reason, message: "Why", lastTransitionTime };
    const status = { conditions: [probed] };
    const all = { type: KINDS.namespace, object, status, owned: OWNED, onlyAsRead };
    return writeStatus(all, client, signal);
  };
  const reasons = async (): Promise<readonly unknown[]> =>
    ((await read()).status?.conditions ?? []).map((one) => ("reason" in one ? one.reason : ""));

  beforeAll(async () => {
    client = createKubeClient(connectToTestbed(process.env));
    name = await createNamespace(client);
  });
  afterAll(async () => {
    await client.delete(KINDS.namespace, { name });
    await client.close();
  });

  it("is written once, however often it is decided on what was read before", async () => {
    const before = await read();
    expect(await write(before, "First", true)).toBe(true);
    await expect(write(before, "First", true)).rejects.toMatchObject({ kind: "conflict" });
    expect(await write(await read(), "First", true)).toBe(false);
  });

  it("is written after an effect, whatever else was written meanwhile", async () => {
    const before = await read();
    await client.mergePatch(KINDS.namespace, { name }, { metadata: { labels: { by: "others" } } });
    await expect(write(before, "Second", true)).rejects.toMatchObject({ kind: "conflict" });
    expect(await reasons()).toEqual(["First"]);
    expect(await write(before, "Second", false)).toBe(true);
    expect(await reasons()).toEqual(["Second"]);
  });
});
