import { type Message, toJson } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { BadRequestSchema } from "@open-vcluster/api";
import type { VClusterInstance, VClusterOperation, VClusterSnapshot } from "@open-vcluster/crds";
import { type Account, applyRoles, createAccount, type Role } from "./harness/account.ts";
import { type Api, openApi } from "./harness/api.ts";
import { type Caller, openCaller } from "./harness/caller.ts";
import { forgetInstances } from "./harness/fleet.ts";
import { installProduct, type Product } from "./harness/product.ts";
import { reasonOf } from "./harness/refusal.ts";
import { ATTEMPTS, type Attempt, type Target } from "./tenant/attempts.ts";

const GROUP = "/apis/openvcluster.io/v1alpha1/namespaces";
const SHOP = "shop";

let product: Product;
let api: Api;
let port: number;
let home: string;
let alice: Account;
const callers: Caller[] = [];

beforeAll(async () => {
  product = await installProduct("tenants");
  const { kubectl, namespace, testbed } = product;
  api = openApi(testbed.kubeconfig);
  home = `${namespace}-mallory`;
  await kubectl.run(["create", "namespace", home]);
  await applyRoles(product);
  alice = await createAccount(product, { namespace, name: "alice" }, ["vcluster-tenant-admin"]);
  port = await product.startFacade().serving();
}, 240_000);

afterAll(async () => {
  for (const caller of callers) caller.close();
  for (const namespace of [home, product.namespace]) await forgetInstances(api, namespace);
  api.close();
  await product.kubectl.run(["delete", "namespace", home, "--wait=false"]);
  await product.close();
}, 60_000);

function callerFor({ token }: Account): Caller {
  const caller = openCaller(port, token);
  callers.push(caller);
  return caller;
}

describe("two tenants", () => {
  let mallory: Caller;
  let real: Target;
  let before: readonly string[];
  /** The same questions about what does not exist: the answers must be the same. */
  const invented = (): Target => ({
    namespace: product.namespace,
    name: "nowhere",
    id: "00000000-0000-4000-8000-000000000000",
    operationId: `op-${"0".repeat(32)}`,
    requestId: "never-sent",
    pageToken: `A${real.pageToken.slice(1)}`,
    resourceVersion: real.resourceVersion,
    snapshotId: "00000000-0000-4000-8000-000000000001",
    owner: "system:serviceaccount:nowhere:nobody",
  });
  const elsewhere = (): Target => ({ ...invented(), namespace: "nowhere" });

  beforeAll(async () => {
    const { vclusters } = callerFor(alice);
    const { namespace } = product;
    const requestId = "alice-1";
    const created = await vclusters.createVCluster({ namespace, name: SHOP, requestId });
    await vclusters.createVCluster({ namespace, name: `${SHOP}-2` });
    const { nextPageToken } = await vclusters.listVClusters({ namespace, pageSize: 1 });
    real = {
      namespace,
      name: SHOP,
      id: created.vcluster?.id ?? "",
      operationId: created.operationId,
      requestId,
      pageToken: nextPageToken,
      resourceVersion: created.vcluster?.resourceVersion ?? "",
      snapshotId: await snapshotOf(SHOP),
      owner: alice.name,
    };
    const roles: readonly Role[] = ["vcluster-tenant-admin"];
    mallory = callerFor(await createAccount(product, { namespace: home, name: "mallory" }, roles));
    await mallory.vclusters.createVCluster({ namespace: home, name: "mine" });
    before = await recordsOf(alice);
  });

  it("see nothing of each other, whatever they try", async () => {
    const rows: string[] = [];
    for (const attempt of ATTEMPTS) {
      const outcome = await outcomeOf(attempt, mallory, real);
      rows.push(`${attempt.what.padEnd(48)}${outcome.slice(0, 90)}`);
      for (const fact of [SHOP, real.id, real.operationId, real.snapshotId, alice.name]) {
        expect([attempt.what, outcome.includes(fact)]).toEqual([attempt.what, false]);
      }
      for (const other of [invented(), elsewhere()]) {
        expect([attempt.what, await outcomeOf(attempt, mallory, other)]).toEqual([
          attempt.what,
          outcome,
        ]);
      }
    }
    process.stderr.write(`${rows.join("\n")}\n`);
  }, 120_000);

  it("change nothing of each other's", async () => {
    expect(await recordsOf(alice)).toEqual(before);
  });

  it("can both use one request_id, each for themselves", async () => {
    const request = { namespace: home, name: "same-id", requestId: real.requestId };
    const { operationId } = await mallory.vclusters.createVCluster(request);
    expect(operationId).not.toBe(real.operationId);
    const again = await callerFor(alice).vclusters.createVCluster({
      namespace: real.namespace,
      name: SHOP,
      requestId: real.requestId,
    });
    expect([again.operationId, again.vcluster?.id]).toEqual([real.operationId, real.id]);
  });

  it("cannot make one in another's name without the right to", async () => {
    const { kubectl } = product;
    await kubectl.apply({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: "vcluster-creator-only" },
      rules: [
        { apiGroups: ["openvcluster.io"], resources: ["vclusterinstances"], verbs: ["create"] },
      ],
    });
    const account = await createAccount(product, { namespace: home, name: "creator" }, []);
    await kubectl.run([
      "create",
      "rolebinding",
      "creator",
      `--namespace=${home}`,
      "--clusterrole=vcluster-creator-only",
      `--serviceaccount=${home}:creator`,
    ]);
    const { vclusters } = callerFor(account);
    const forged = vclusters.createVCluster({ namespace: home, name: "gift", owner: alice.name });
    expect(await codeOf(forged)).toBe(Code.PermissionDenied);
    const own = await vclusters.createVCluster({ namespace: home, name: "own" });
    expect(own.vcluster?.owner).toBe(account.name);
    await kubectl.run(["delete", "clusterrole", "vcluster-creator-only"]);
  });

  /** One as kubectl would make it, for it does not run. */
  async function snapshotOf(name: string): Promise<string> {
    const { status, body } = await api.call(
      "POST",
      `${GROUP}/${product.namespace}/vclustersnapshots`,
      {
        apiVersion: "openvcluster.io/v1alpha1",
        kind: "VClusterSnapshot",
        metadata: { name },
        spec: { instanceRef: { name } },
      },
    );
    if (status !== 201) throw new Error(JSON.stringify(body));
    return (body as VClusterSnapshot).metadata.uid ?? "";
  }

  /** Versions of everything that belongs to somebody: instances, snapshots and operations. */
  async function recordsOf({ name }: Account): Promise<readonly string[]> {
    const instances = await api.list<VClusterInstance>(
      `${GROUP}/${product.namespace}/vclusterinstances`,
    );
    const operations = await api.list<VClusterOperation>(
      `${GROUP}/${product.systemNamespace}/vclusteroperations`,
    );
    const own = operations.filter(({ spec }) => spec.requester.name === name);
    const snapshots = await api.list<VClusterSnapshot>(
      `${GROUP}/${product.namespace}/vclustersnapshots`,
    );
    return [...instances, ...snapshots, ...own].map(
      ({ metadata }) => `${metadata.name} ${metadata.uid ?? ""} ${metadata.resourceVersion ?? ""}`,
    );
  }
});

describe("the documented roles", () => {
  const ALL = ["vcluster-viewer", "vcluster-operator", "vcluster-tenant-admin"] as const;
  const SWITCHERS = ALL.slice(1);
  const ADMINS = ALL.slice(2);
  const name = "role-target";
  let at: { readonly namespace: string; readonly name: string };
  const by = new Map<Role, Caller>();

  beforeAll(async () => {
    const { namespace } = product;
    at = { namespace, name };
    await callerFor(alice).vclusters.createVCluster(at);
    for (const role of ALL) {
      const account = await createAccount(product, { namespace, name: role }, [role]);
      by.set(role, callerFor(account));
    }
  });

  const CALLS: readonly (readonly [
    string,
    readonly Role[],
    (caller: Caller) => Promise<unknown>,
  ])[] = [
    ["read", ALL, ({ vclusters }) => vclusters.getVCluster(at)],
    ["list", ALL, ({ vclusters }) => vclusters.listVClusters({ namespace: at.namespace })],
    ["watch", ALL, ({ vclusters }) => firstOf(vclusters.watchVCluster(at))],
    ["suspend", SWITCHERS, ({ vclusters }) => vclusters.suspendVCluster(at)],
    ["list snapshots", ALL, ({ snapshots }) => snapshots.listSnapshots(at)],
    ["resume", SWITCHERS, ({ vclusters }) => vclusters.resumeVCluster(at)],
    ["enter", SWITCHERS, ({ vclusters }) => vclusters.getVClusterKubeconfig(at)],
    [
      "scale",
      ADMINS,
      ({ vclusters }) => vclusters.scaleVCluster({ ...at, replicas: 3, validateOnly: true }),
    ],
    [
      "create",
      ADMINS,
      ({ vclusters }) => vclusters.createVCluster({ ...at, name: "new", validateOnly: true }),
    ],
    [
      "update",
      ADMINS,
      ({ vclusters }) =>
        vclusters.updateVCluster({ ...at, labels: { tier: "web" }, validateOnly: true }),
    ],
    ["snapshot", ADMINS, ({ vclusters }) => vclusters.snapshotVCluster(at)],
    [
      "restore",
      ADMINS,
      ({ vclusters }) => vclusters.restoreVCluster({ ...at, snapshotId: "none" }),
    ],
    [
      "plan a restore",
      ADMINS,
      ({ vclusters }) => vclusters.planRestore({ ...at, snapshotId: "none" }),
    ],
    ["delete", ADMINS, ({ vclusters }) => vclusters.deleteVCluster({ ...at, validateOnly: true })],
  ];

  it.each(CALLS)("say who may %s", async (_, roles, call) => {
    const may = await Promise.all(
      ALL.map(async (role) => {
        const caller = by.get(role);
        if (caller === undefined) throw new Error(`Nobody is ${role}`);
        return (await codeOf(call(caller))) === Code.PermissionDenied ? [] : [role];
      }),
    );
    expect(may.flat()).toEqual(roles);
  });
});

async function firstOf<T>(messages: AsyncIterable<T>): Promise<T | undefined> {
  for await (const message of messages) return message;
  return undefined;
}

async function codeOf(call: Promise<unknown>): Promise<Code | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    return ConnectError.from(error).code;
  }
}

/** What an attempt brought, as text, without what the caller itself named. */
async function outcomeOf(attempt: Attempt, caller: Caller, target: Target): Promise<string> {
  const text = await attempt.make(caller, target, home).then(
    (answer) =>
      [answer]
        .flat()
        .map((message: Message) => {
          const json = JSON.stringify(toJson(attempt.answer, message));
          // Another write may have come in between.
          return json.replace(/"(nextPageToken|resourceVersion)":"[^"]*"/g, '"$1":"…"');
        })
        .join(" "),
    (error: unknown) => {
      const { code, message } = ConnectError.from(error);
      const violations = ConnectError.from(error).findDetails(BadRequestSchema);
      const fields = violations.flatMap(({ fieldViolations }) => fieldViolations);
      const told = fields.map(({ field, description }) => `${field} ${description}`).join("; ");
      return `${Code[code]} ${reasonOf(error) ?? "-"} ${message} ${told}`;
    },
  );
  const { operationId, snapshotId, id, owner, namespace, name } = target;
  return [
    [operationId, "OPERATION"],
    [snapshotId, "SNAPSHOT"],
    [id, "ID"],
    [owner, "OWNER"],
    [`${namespace}/${name}`, "NAMESPACE/NAME"],
    [`namespace ${namespace};`, "namespace NAMESPACE;"],
  ].reduce((told, [known = "", mark = ""]) => told.replaceAll(known, mark), text);
}
