import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createKubeClient, type KubeClient, type ResourceType } from "@open-vcluster/runtime";
import { connectToTestbed, createNamespace } from "@open-vcluster/runtime/testing/testbed";
import { type Asking, isDenied } from "../testing/needed-request.ts";
import type { Need } from "./need.ts";
import { allNeeds, permissionFilesOf } from "./outputs.ts";
import { needsOf, rightOf, rulesOf } from "./rules.ts";

const RBAC = { group: "rbac.authorization.k8s.io", version: "v1", namespaced: false } as const;
const CLUSTER_ROLES: ResourceType = { ...RBAC, kind: "ClusterRole", plural: "clusterroles" };
const BINDINGS: ResourceType = {
  ...RBAC,
  kind: "ClusterRoleBinding",
  plural: "clusterrolebindings",
};
const PARALLEL = 8;
const IN_FORCE_MS = 20_000;
const run = randomBytes(4).toString("hex");
const labels = { suite: `permissions-${run}` };

let client: KubeClient;
let namespace = "";
let needed: readonly Need[] = [];
/** One need for each right; a right has several reasons. */
let rights: readonly Need[] = [];

beforeAll(async () => {
  client = createKubeClient(connectToTestbed(process.env));
  namespace = await createNamespace(client);
  needed = await allNeeds({
    helm: process.env["TESTBED_HELM"] ?? "",
    charts: process.env["TESTBED_CHARTS"] ?? "",
  });
  const places = (["everywhere", "instances", "own"] as const).flatMap((p) => needsOf(needed, p));
  rights = [...new Map(places.map((need) => [rightOf(need), need])).values()];
}, 240_000);

afterAll(async () => {
  const labelSelector = `suite=${labels.suite}`;
  await client.deleteCollection(BINDINGS, { labelSelector });
  await client.deleteCollection(CLUSTER_ROLES, { labelSelector });
  await client.close();
});

async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  const worker = async (): Promise<void> => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
}

/** A user who has these rights everywhere. */
async function userWith(needs: readonly Need[], name: string): Promise<Asking> {
  const everywhere = needs.map((need) => ({ ...need, place: "everywhere" as const }));
  const metadata = { name: `${name}-${run}`, labels };
  const user = metadata.name;
  await client.create(CLUSTER_ROLES, { metadata, rules: rulesOf(everywhere, "everywhere") });
  await client.create(BINDINGS, {
    metadata,
    roleRef: { apiGroup: RBAC.group, kind: "ClusterRole", name: user },
    subjects: [{ apiGroup: RBAC.group, kind: "User", name: user }],
  });
  return { client, user, namespace };
}

/** Rights are in force a moment after they were written. */
async function isAllowedSoon(need: Need, asking: Asking): Promise<boolean> {
  const endMs = Date.now() + IN_FORCE_MS;
  while (await isDenied(need, asking)) {
    if (Date.now() > endMs) return false;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return true;
}

describe("the operator's rules", () => {
  it("are what the charts of vcluster and the operator's own code ask for", () => {
    for (const { path, text } of permissionFilesOf(needed)) {
      expect([path, readFileSync(path, "utf8")]).toEqual([path, text]);
    }
  });

  it("name no right to escalate, and no wildcard", () => {
    const named = rights.flatMap(({ group, resource, verb }) => [group, resource, verb]);
    for (const word of ["*", "escalate", "bind", "impersonate"]) expect(named).not.toContain(word);
  });

  it("allow everything that is needed", async () => {
    const asking = await userWith(rights, "all");
    const denied: string[] = [];
    await inTurns(needed, async (need) => {
      const isAllowed = await isAllowedSoon(need, asking);
      if (!isAllowed) denied.push(`${rightOf(need)}: ${need.reason}`);
    });
    expect(denied).toEqual([]);
  }, 120_000);

  it("are each needed: without one, what it is for is denied", async () => {
    expect(rights.length).toBeGreaterThan(150);
    const superfluous: string[] = [];
    await inTurns([...rights.entries()], async ([index, right]) => {
      const others = rights.filter((need) => need !== right);
      const asking = await userWith(others, `without-${String(index)}`);
      // Any other right shows that those that are left are in force.
      const control = others.find((need) => rightOf(need) === "get namespaces") ?? others[0];
      if (control === undefined || !(await isAllowedSoon(control, asking))) {
        throw new Error(`the rights without ${rightOf(right)} did not come into force`);
      }
      const reasons = needed.filter((need) => rightOf(need) === rightOf(right));
      const broken = await Promise.all(reasons.map((need) => isDenied(need, asking)));
      if (broken.includes(false)) superfluous.push(rightOf(right));
    });
    expect(superfluous).toEqual([]);
  }, 240_000);
});
