import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createKubeClient, type KubeClient, type KubeObject } from "@open-vcluster/runtime";
import { connectToTestbed, createNamespace } from "@open-vcluster/runtime/testing/testbed";
import { KINDS } from "../world/kinds.ts";
import { refuseOverlap } from "./refuse-overlap.ts";

const { signal } = new AbortController();
const run = randomBytes(4).toString("hex");
const labels = { "app.kubernetes.io/component": "operator" };

describe("refuseOverlap", () => {
  let client: KubeClient;
  let shared = "";
  let other = "";

  beforeAll(async () => {
    client = createKubeClient(connectToTestbed(process.env));
    shared = await createNamespace(client);
    other = await createNamespace(client);
  });

  afterAll(async () => {
    for (const name of [shared, other]) await client.delete(KINDS.namespace, { name });
    await client.close();
  });

  /** Of two installations of the same second the smaller id is the first. */
  const bind = (id: string, namespace: string): Promise<KubeObject> => {
    const name = `open-vcluster-${id}-${run}-operator-instances`;
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name };
    return client.create<KubeObject>(KINDS.roleBinding, {
      metadata: { namespace, name, labels },
      roleRef,
    });
  };
  const refuse = (id: string): Promise<void> => refuseOverlap(client, `${id}-${run}`, signal);

  it("stops the later of two installations that share a namespace, and says which one it meets", async () => {
    await bind("a", shared);
    await bind("b", shared);
    await bind("b", other);
    await expect(refuse("a")).resolves.toBeUndefined();
    await expect(refuse("b")).rejects.toMatchObject({
      reason: "InstallationsOverlap",
      message: expect.stringContaining(`a-${run} works for namespace ${shared} already`),
    });
  });

  it("lets one alone that no binding places anywhere", async () => {
    await expect(refuse("unbound")).resolves.toBeUndefined();
  });
});
