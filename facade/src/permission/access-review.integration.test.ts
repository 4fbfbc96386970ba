import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import {
  connectWithPem,
  createKubeClient,
  type KubeClient,
  type KubeObject,
  type ResourceType,
} from "@open-vcluster/runtime";
import { createFakeClock, type FakeClock } from "@open-vcluster/runtime/testing/fake-clock";
import { type FaultyProxy, startFaultyProxy } from "@open-vcluster/runtime/testing/faulty-proxy";
import { connectToTestbed, createNamespace } from "@open-vcluster/runtime/testing/testbed";
import type { Principal } from "../identity/principal.ts";
import { createPermissions } from "./access-review.ts";
import type { PermissionAttributes, Permissions } from "./permissions.ts";

const rbac = (plural: string, kind: string, namespaced: boolean): ResourceType => ({
  group: "rbac.authorization.k8s.io",
  version: "v1",
  plural,
  kind,
  namespaced,
});
const ROLES = rbac("roles", "Role", true);
const ROLE_BINDINGS = rbac("rolebindings", "RoleBinding", true);
const CLUSTER_ROLES = rbac("clusterroles", "ClusterRole", false);
const CLUSTER_ROLE_BINDINGS = rbac("clusterrolebindings", "ClusterRoleBinding", false);

const person = (name: string, ...groups: readonly string[]): Principal => ({
  name,
  groups,
  extra: {},
  via: "oidc",
});

describe("permissions", () => {
  const connection = connectToTestbed(process.env);
  let proxy: FaultyProxy;
  let client: KubeClient;
  let clock: FakeClock;
  let permissions: Permissions;
  let ours: string;
  let theirs: string;

  const grant = async (
    namespace: string,
    name: string,
    subject: object,
    rules: readonly object[],
  ) => {
    await client.create<KubeObject>(ROLES, { metadata: { namespace, name }, rules });
    await client.create<KubeObject>(ROLE_BINDINGS, {
      metadata: { namespace, name },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
      subjects: [{ apiGroup: "rbac.authorization.k8s.io", ...subject }],
    });
  };
  const rule = (resources: readonly string[], verbs: readonly string[]) => ({
    apiGroups: ["openvcluster.io"],
    resources,
    verbs,
  });
  const reviews = () =>
    proxy.seen.filter((seen) => seen.url.pathname.endsWith("subjectaccessreviews")).length;

  beforeAll(async () => {
    proxy = await startFaultyProxy(connection);
    client = createKubeClient(connectWithPem({ server: proxy.url }));
    ours = await createNamespace(client);
    theirs = await createNamespace(client);
    await grant(ours, "suspender", { kind: "User", name: "alice" }, [
      rule(["vclusterinstances"], ["get", "list", "watch"]),
      rule(["vclusterinstances/suspend", "vclusterinstances/resume"], ["update"]),
    ]);
    await grant(ours, "admin", { kind: "Group", name: "admins" }, [
      rule(["vclusterinstances", "vclusterinstances/kubeconfig"], ["*"]),
    ]);
  });
  beforeEach(() => {
    clock = createFakeClock();
    permissions = createPermissions({ client, clock });
  });
  afterAll(async () => {
    await client.close();
    await proxy.close();
    await connection.close();
  });

  it.each<
    readonly [
      string,
      Principal,
      PermissionAttributes["verb"],
      PermissionAttributes["subresource"],
      boolean,
    ]
  >([
    ["may get", person("alice"), "get", undefined, true],
    ["may suspend", person("alice"), "update", "suspend", true],
    ["may resume", person("alice"), "update", "resume", true],
    ["may not delete", person("alice"), "delete", undefined, false],
    ["may not update", person("alice"), "update", undefined, false],
    ["may not scale", person("alice"), "update", "scale", false],
    ["may not read kubeconfigs", person("alice"), "get", "kubeconfig", false],
    ["may read kubeconfigs through a group", person("bob", "admins"), "get", "kubeconfig", true],
    [
      "may not suspend by a right on the resource",
      person("bob", "admins"),
      "update",
      "suspend",
      false,
    ],
    ["may nothing as a stranger", person("carol"), "get", undefined, false],
  ])("say who %s", async (_, principal, verb, subresource, isAllowed) => {
    const attributes = { verb, ...(subresource === undefined ? {} : { subresource }) };
    const here = { ...attributes, namespace: ours, name: "demo" };
    expect(await permissions.check(principal, here)).toBe(isAllowed);
    expect(await permissions.check(principal, { ...attributes, namespace: theirs })).toBe(false);
  });

  it("refuse with the permission that is missing", async () => {
    const attributes: PermissionAttributes = {
      verb: "update",
      subresource: "scale",
      namespace: ours,
    };
    await expect(permissions.require(person("alice"), attributes)).rejects.toMatchObject({
      kind: "denied",
      reason: "PermissionDenied",
      message: expect.stringContaining(
        "update vclusterinstances.openvcluster.io/scale in namespace",
      ),
    });
    await permissions.require(person("alice"), { verb: "get", namespace: ours });
  });

  it("are asked for once in 10 seconds, refusals once in 5, for each set of groups", async () => {
    const allowed: PermissionAttributes = { verb: "get", namespace: ours };
    const denied: PermissionAttributes = { verb: "delete", namespace: ours };
    const before = reviews();
    const alice = person("alice");
    await Promise.all([1, 2].map(() => permissions.check(alice, allowed)));
    await permissions.check(alice, denied);
    expect(reviews() - before).toBe(2);
    await clock.advance(5_000);
    await permissions.check(alice, allowed);
    await permissions.check(alice, denied);
    expect(reviews() - before).toBe(3);
    await clock.advance(5_000);
    await permissions.check(alice, allowed);
    expect(reviews() - before).toBe(4);
    expect(await permissions.check(person("alice", "admins"), denied)).toBe(true);
  });

  it("are asked for once for all names, and for a name where that is not enough", async () => {
    await grant(ours, "one", { kind: "User", name: "erin" }, [
      { ...rule(["vclusterinstances"], ["get"]), resourceNames: ["demo"] },
    ]);
    const get = (name: string): PermissionAttributes => ({ verb: "get", namespace: ours, name });
    const before = reviews();
    for (const name of ["a", "b", "c"]) {
      expect(await permissions.check(person("alice"), get(name))).toBe(true);
    }
    expect(reviews() - before).toBe(1);
    expect(await permissions.check(person("erin"), get("demo"))).toBe(true);
    expect(await permissions.check(person("erin"), get("other"))).toBe(false);
    expect(await permissions.check(person("erin"), { verb: "get", namespace: ours })).toBe(false);
  });

  it("find the namespaces of a list", async () => {
    const list: PermissionAttributes = { verb: "list" };
    const candidates = [
      ours,
      theirs,
      ...Array.from({ length: 40 }, (_, index) => `absent-${index}`),
    ];
    expect(await permissions.namespacesWhere(person("alice"), list, candidates)).toEqual(
      new Set([ours]),
    );
    expect(await permissions.namespacesWhere(person("carol"), list, candidates)).toEqual(new Set());
    const name = `everywhere-${ours}`;
    await client.create<KubeObject>(CLUSTER_ROLES, {
      metadata: { name },
      rules: [rule(["vclusterinstances"], ["list"])],
    });
    await client.create<KubeObject>(CLUSTER_ROLE_BINDINGS, {
      metadata: { name },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name },
      subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "dora" }],
    });
    const where = (): Promise<unknown> =>
      createPermissions({ client, clock }).namespacesWhere(person("dora"), list, candidates);
    // The API server sees roles by a watch of its own, a moment after they are written.
    while ((await where()) !== "all") await delay(20);
  });

  it("are unknown, not refused, while the API server cannot be asked", async () => {
    proxy.failNext((seen) => seen.url.pathname.endsWith("subjectaccessreviews"), { kind: "reset" });
    const attributes: PermissionAttributes = { verb: "get", namespace: ours };
    await expect(permissions.check(person("alice"), attributes)).rejects.toMatchObject({
      kind: "unavailable",
    });
    expect(await permissions.check(person("alice"), attributes)).toBe(true);
  });
});
