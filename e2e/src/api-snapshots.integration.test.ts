import { create } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import {
  DeleteSnapshotRequestSchema,
  GetOperationRequestSchema,
  GetSnapshotRequestSchema,
  HoldSnapshotRequestSchema,
  ListSnapshotsRequestSchema,
  type ListSnapshotsResponse,
  OperationService,
  PlanRestoreRequestSchema,
  RestoreVClusterRequestSchema,
  type RestoreVClusterResponse,
  SnapshotService,
  SnapshotStatus,
  SnapshotVClusterRequestSchema,
  type SnapshotVClusterResponse,
  SnapshotVerification,
  VClusterService,
  VerifySnapshotRequestSchema,
  WaitOperationRequestSchema,
} from "@open-vcluster/api";
import type { VClusterInstance, VClusterRestore, VClusterSnapshot } from "@open-vcluster/crds";
import { applyRoles, createAccount } from "./harness/account.ts";
import { type Api, openApi } from "./harness/api.ts";
import { type Caller, openCaller } from "./harness/caller.ts";
import { forgetInstances } from "./harness/fleet.ts";
import { installProduct, type Product } from "./harness/product.ts";
import { snapshotOf } from "./harness/snapshots.ts";
import { waitFor } from "./harness/wait.ts";
import { DOORS } from "./matrix/door.ts";
import { type Outcome, outcomeOf } from "./matrix/life.ts";
import type { Ask, Talk } from "./matrix/talk.ts";

const GROUP = "/apis/openvcluster.io/v1alpha1/namespaces";
const MERGE = "application/merge-patch+json";
const CLUSTER = "/v1/namespaces/{namespace}/vclusters/{name}";
const SNAPSHOT = "/v1/snapshots/{id}";
const WEB = "web";

const { method: clusters } = VClusterService;
const { method: snapshots } = SnapshotService;
const { method: operations } = OperationService;

let product: Product;
let api: Api;
let namespace: string;
let elsewhere: string;
let baseUrl: string;
let token: string;

/** Does what an operator would. */
async function writeStatus(path: string, status: object): Promise<void> {
  const { status: code, body } = await api.call("PATCH", `${path}/status`, { status }, MERGE);
  if (code !== 200) throw new Error(JSON.stringify(body));
}

const isReady = (reason: string): object => ({
  conditions: [
    {
      type: "Ready",
      status: "True",
      reason,
      message: "As asked for",
      lastTransitionTime: "2026-01-02T03:04:05Z",
    },
  ],
});

function becomesReady(name: string): Promise<void> {
  return writeStatus(`${GROUP}/${namespace}/vclustersnapshots/${name}`, {
    ...isReady("Verified"),
    phase: "Ready",
    storedBytes: 4_096,
    completionTime: "2026-01-02T03:04:05Z",
    verifiedLevel: "Content",
    verificationTime: "2026-01-02T03:04:05Z",
  });
}

function operationEnds(id: string, more: object = {}): Promise<void> {
  const finishedAt = "2026-01-02T03:04:05Z";
  return writeStatus(`${GROUP}/${product.systemNamespace}/vclusteroperations/${id}`, {
    state: "Succeeded",
    finishedAt,
    ...more,
  });
}

async function objects<T>(plural: string, place = namespace): Promise<readonly T[]> {
  const { body } = await api.call("GET", `${GROUP}/${place}/${plural}`);
  return (body as { readonly items: readonly T[] }).items;
}

async function instanceIn(phase: "Running" | "Suspended", name: string): Promise<void> {
  await product.kubectl.apply({
    apiVersion: "openvcluster.io/v1alpha1",
    kind: "VClusterInstance",
    metadata: { namespace, name },
    spec: { powerState: phase },
  });
  await writeStatus(`${GROUP}/${namespace}/vclusterinstances/${name}`, {
    phase,
    observedGeneration: 1,
  });
}

beforeAll(async () => {
  product = await installProduct("snapshots");
  ({ namespace } = product);
  api = openApi(product.testbed.kubeconfig);
  elsewhere = `${namespace}-elsewhere`;
  await product.kubectl.run(["create", "namespace", elsewhere]);
  await applyRoles(product);
  const account = { namespace, name: "tenant" };
  ({ token } = await createAccount(product, account, ["vcluster-tenant-admin"]));
  await product.kubectl.run([
    "create",
    "rolebinding",
    "guest",
    `--namespace=${elsewhere}`,
    "--clusterrole=vcluster-tenant-admin",
    `--serviceaccount=${namespace}:tenant`,
  ]);
  await instanceIn("Running", WEB);
  await instanceIn("Suspended", "asleep");
  baseUrl = `http://127.0.0.1:${String(await product.startFacade().serving())}`;
}, 240_000);

afterAll(async () => {
  await forgetInstances(api, namespace);
  api.close();
  await product.kubectl.run(["delete", "namespace", elsewhere, "--wait=false"]);
  await product.close();
}, 60_000);

/** Whose token the calls have. */
const TENANT = /^system:serviceaccount:.*:tenant$/;

describe.each(DOORS)("snapshots over $name", ({ slug, open }) => {
  const name = `snap-${slug}`;
  let talk: Talk;
  let id: string;

  beforeAll(() => {
    talk = open(baseUrl);
  });

  const call = (ask: Pick<Ask, "method" | "rest" | "request">): Promise<Outcome> =>
    outcomeOf(talk, { ...ask, token });
  const take = (requestId: string, instance = WEB, snapshotName = name): Promise<Outcome> =>
    call({
      method: clusters.snapshotVCluster,
      rest: `POST ${CLUSTER}:snapshot`,
      request: create(SnapshotVClusterRequestSchema, {
        namespace,
        name: instance,
        snapshotName,
        description: "before the upgrade",
        retentionHours: 48,
        labels: { over: slug },
        requestId,
      }),
    });
  const get = (minResourceVersion = ""): Promise<Outcome> =>
    call({
      method: snapshots.getSnapshot,
      rest: `GET ${SNAPSHOT}`,
      request: create(GetSnapshotRequestSchema, { id, minResourceVersion }),
    });
  const restore = (wish: {
    readonly name?: string;
    readonly newName?: string;
    readonly newNamespace?: string;
    readonly kinds?: string[];
    readonly labels?: Record<string, string>;
    readonly requestId?: string;
  }): Promise<Outcome> =>
    call({
      method: clusters.restoreVCluster,
      rest: `POST ${CLUSTER}:restore`,
      request: create(RestoreVClusterRequestSchema, {
        namespace,
        name: WEB,
        snapshotId: id,
        createNew: wish.newName !== undefined,
        ...wish,
      }),
    });
  const plan = (requestId: string): Promise<Outcome> =>
    call({
      method: clusters.planRestore,
      rest: `POST ${CLUSTER}:planRestore`,
      request: create(PlanRestoreRequestSchema, {
        namespace,
        name: WEB,
        snapshotId: id,
        namespaces: ["kube-system"],
        requestId,
      }),
    });
  const verify = (requestId: string): Promise<Outcome> =>
    call({
      method: snapshots.verifySnapshot,
      rest: `POST ${SNAPSHOT}:verify`,
      request: create(VerifySnapshotRequestSchema, {
        id,
        verification: SnapshotVerification.FULL,
        requestId,
      }),
    });
  const hold = (held: boolean): Promise<Outcome> =>
    call({
      method: snapshots.holdSnapshot,
      rest: `POST ${SNAPSHOT}:hold`,
      request: create(HoldSnapshotRequestSchema, { id, held }),
    });
  const remove = (requestId: string, force = false): Promise<Outcome> =>
    call({
      method: snapshots.deleteSnapshot,
      rest: `DELETE ${SNAPSHOT}`,
      request: create(DeleteSnapshotRequestSchema, { id, force, requestId }),
    });

  it("takes one, however often the same request comes", async () => {
    const first = (await take(`take-${slug}`)) as SnapshotVClusterResponse;
    expect(first).toMatchObject({
      snapshot: {
        name,
        namespace,
        vclusterName: WEB,
        status: SnapshotStatus.CREATING,
        description: "before the upgrade",
        labels: { over: slug },
      },
    });
    expect(await take(`take-${slug}`)).toMatchObject({
      operationId: first.operationId,
      snapshot: { id: first.snapshot?.id },
    });
    id = first.snapshot?.id ?? "";
    const [stored, ...others] = (await objects<VClusterSnapshot>("vclustersnapshots")).filter(
      ({ metadata }) => metadata.uid === id,
    );
    expect(stored?.spec).toEqual({
      instanceRef: { name: WEB },
      description: "before the upgrade",
      expiresAfter: "48h",
    });
    expect(others).toEqual([]);
    expect(await take(`again-${slug}`)).toMatchObject({ code: Code.AlreadyExists });
    await operationEnds(first.operationId);
  });

  it("takes none of what does not run", async () => {
    expect(await take("", "asleep", "none")).toMatchObject({
      code: Code.FailedPrecondition,
      reason: "SUSPENDED",
    });
    expect(await take("", "absent", "none")).toMatchObject({
      code: Code.NotFound,
      reason: "VCLUSTER_NOT_FOUND",
    });
  });

  it("restores, plans and verifies nothing of one that is not ready", async () => {
    for (const answer of [await restore({}), await plan(""), await verify("")]) {
      expect(answer).toMatchObject({
        code: Code.FailedPrecondition,
        reason: "SNAPSHOT_NOT_READY",
      });
    }
  });

  it("shows what became of it", async () => {
    await becomesReady(name);
    await waitFor("the snapshot is ready", async () => {
      const { snapshot } = (await get()) as SnapshotVClusterResponse;
      return snapshot?.status === SnapshotStatus.READY;
    });
    expect(await get()).toMatchObject({ snapshot: { sizeBytes: 4_096n, reason: "Verified" } });
    const listed = await call({
      method: snapshots.listSnapshots,
      rest: "GET /v1/namespaces/{namespace}/snapshots",
      request: create(ListSnapshotsRequestSchema, {
        namespace,
        vclusterName: WEB,
        labelSelector: `over=${slug}`,
        statuses: [SnapshotStatus.READY],
      }),
    });
    expect(listed).toMatchObject({ totalCount: 1, snapshots: [{ id }] });
    expect(await get((listed as ListSnapshotsResponse).resourceVersion)).toMatchObject({
      snapshot: { id },
    });
    expect(await get("no version")).toMatchObject({ code: Code.InvalidArgument });
  });

  it.each([
    ["over the virtual cluster", {}, { target: { instanceRef: { name: WEB } } }],
    [
      "over one that is suspended",
      { name: "asleep" },
      { target: { instanceRef: { name: "asleep" } } },
    ],
    [
      "into a new one",
      { newName: `copy-${slug}` },
      { target: { newInstance: { name: `copy-${slug}`, owner: expect.stringMatching(TENANT) } } },
    ],
    [
      "in part",
      { kinds: ["configmaps", "deployments.apps"], labels: { tier: "web" } },
      {
        target: { instanceRef: { name: WEB } },
        filters: { kinds: ["configmaps", "deployments.apps"], labels: { tier: "web" } },
      },
    ],
  ])("restores it %s", async (what, wish, wanted) => {
    const requestId = `restore-${slug}-${what.replaceAll(" ", "-")}`;
    const first = (await restore({ ...wish, requestId })) as RestoreVClusterResponse;
    expect(first.operationId).toMatch(/^op-/);
    expect(await restore({ ...wish, requestId })).toMatchObject({
      operationId: first.operationId,
    });
    const made = (await objects<VClusterRestore>("vclusterrestores")).filter(
      ({ metadata }) => metadata.annotations?.["openvcluster.io/operation"] === first.operationId,
    );
    expect(made.map(({ spec }) => spec)).toEqual([{ snapshotRef: { name }, ...wanted }]);
  });

  it("plans its restore, and shows the plan with the operation", async () => {
    const first = (await plan(`plan-${slug}`)) as RestoreVClusterResponse;
    expect(await plan(`plan-${slug}`)).toMatchObject({ operationId: first.operationId });
    const made = (await objects<VClusterRestore>("vclusterrestores")).filter(
      ({ metadata }) => metadata.annotations?.["openvcluster.io/operation"] === first.operationId,
    );
    expect(made.map(({ spec }) => spec)).toEqual([
      {
        snapshotRef: { name },
        target: { instanceRef: { name: WEB } },
        filters: { namespaces: ["kube-system"] },
        dryRun: true,
      },
    ]);
    const { uid, name: madeName = "" } = made[0]?.metadata ?? {};
    await writeStatus(`${GROUP}/${namespace}/vclusterrestores/${madeName}`, {
      ...isReady("Planned"),
      plan: {
        puts: 2,
        deletes: 1,
        unchanged: 300,
        kinds: [{ kind: "pods", puts: 2, deletes: 1 }],
        sample: ["/registry/pods/kube-system/dns"],
      },
    });
    await operationEnds(first.operationId, { targetUid: uid });
    const waited = await call({
      method: operations.waitOperation,
      rest: "POST /v1/operations/{id}:wait",
      request: create(WaitOperationRequestSchema, { id: first.operationId }),
    });
    expect(waited).toMatchObject({
      operation: {
        method: "PlanRestore",
        restorePlan: {
          puts: 2n,
          deletes: 1n,
          unchanged: 300n,
          kinds: [{ kind: "pods", puts: 2n, deletes: 1n }],
          sample: ["/registry/pods/kube-system/dns"],
        },
      },
    });
  });

  it("has it read back again once, which stands in the way of nothing else", async () => {
    const first = (await verify(`verify-${slug}`)) as SnapshotVClusterResponse;
    expect(first).toMatchObject({ snapshot: { id, status: SnapshotStatus.READY } });
    const stored = async (): Promise<VClusterSnapshot["spec"] | undefined> =>
      (await objects<VClusterSnapshot>("vclustersnapshots")).find(
        ({ metadata }) => metadata.uid === id,
      )?.spec;
    const spec = await stored();
    expect(spec?.verification).toBe("Full");
    expect(Date.parse(spec?.verifyAfter ?? "")).toBeGreaterThan(Date.parse("2026-01-02T03:04:05Z"));
    expect(await verify(`verify-${slug}`)).toMatchObject({ operationId: first.operationId });
    expect(await stored()).toEqual(spec);
    const progress = { stage: "Verifying", keys: 5, totalKeys: 12, bytes: 4_096 };
    await writeStatus(`${GROUP}/${namespace}/vclustersnapshots/${name}`, { progress });
    const shown = { stage: "Verifying", keys: 5n, totalKeys: 12n, bytes: 4_096n };
    await waitFor("its progress is known", async () => {
      const { snapshot } = (await get()) as SnapshotVClusterResponse;
      return snapshot?.progress !== undefined;
    });
    expect(await get()).toMatchObject({ snapshot: { progress: shown } });
    const asked = await call({
      method: operations.getOperation,
      rest: "GET /v1/operations/{id}",
      request: create(GetOperationRequestSchema, { id: first.operationId }),
    });
    expect(asked).toMatchObject({ operation: { method: "VerifySnapshot", progress: shown } });
    const held = (await hold(false)) as SnapshotVClusterResponse;
    expect(held.operationId).toMatch(/^op-/);
    await operationEnds(held.operationId);
  });

  it("restores it in another namespace only with the owner's grant", async () => {
    const wish = { newName: `copy-${slug}`, newNamespace: elsewhere };
    expect(await restore(wish)).toMatchObject({
      code: Code.PermissionDenied,
      reason: "NOT_GRANTED",
    });
    const path = `${GROUP}/${namespace}/vclustersnapshots/${name}`;
    await api.call("PATCH", path, { spec: { grants: [{ namespace: elsewhere }] } }, MERGE);
    await waitFor("the grant is known", async () => "operationId" in (await restore(wish)));
    const made = await objects<VClusterRestore>("vclusterrestores", elsewhere);
    expect(made.map(({ spec }) => spec)).toContainEqual({
      snapshotRef: { name, namespace },
      target: { newInstance: { name: `copy-${slug}`, owner: expect.stringMatching(TENANT) } },
    });
  });

  it("does not restore into a name that is taken", async () => {
    expect(await restore({ newName: "asleep" })).toMatchObject({ code: Code.AlreadyExists });
  });

  it("keeps it while it is held", async () => {
    const held = (await hold(true)) as SnapshotVClusterResponse;
    expect(held).toMatchObject({ snapshot: { held: true } });
    await operationEnds(held.operationId);
    expect(await remove("")).toMatchObject({
      code: Code.FailedPrecondition,
      reason: "SNAPSHOT_HELD",
    });
  });

  it("keeps it while its data would be found again", async () => {
    const change = { spec: { hold: false, deletionPolicy: "Retain" } };
    const merge = ["--type=merge", "-p", JSON.stringify(change)];
    await product.kubectl.run(["-n", namespace, "patch", "vcsnap", name, ...merge]);
    await waitFor("the refusal is the policy's", async () => {
      const said = await remove("");
      return "reason" in said && said.reason === "SNAPSHOT_RETAINED";
    });
  });

  it("deletes it once, also when the answer was lost", async () => {
    const first = (await remove(`delete-${slug}`, true)) as SnapshotVClusterResponse;
    expect(first.operationId).toMatch(/^op-/);
    expect(await remove(`delete-${slug}`, true)).toMatchObject({ operationId: first.operationId });
    await waitFor("it is gone", async () => "code" in (await get()));
    expect(await remove(`delete-${slug}`, true)).toMatchObject({ operationId: first.operationId });
    expect(await remove("")).toMatchObject({ code: Code.NotFound, reason: "SNAPSHOT_NOT_FOUND" });
  });
});

describe("what other calls do with snapshots", () => {
  const name = "leaving";
  let caller: Caller;

  beforeAll(async () => {
    caller = openCaller(Number(new URL(baseUrl).port), token);
    await instanceIn("Running", name);
    await waitFor("it is known to run", async () => {
      const { vcluster } = await caller.vclusters.getVCluster({ namespace, name });
      return vcluster?.allowedActions.includes("snapshot") === true;
    });
  });

  afterAll(() => {
    caller.close();
  });

  const left = async (): Promise<readonly string[]> =>
    (await objects<VClusterSnapshot>("vclustersnapshots"))
      .filter(({ spec }) => spec.instanceRef.name === name)
      .map(({ metadata }) => metadata.name);

  it.each([
    ["its fields", { drainTimeoutSeconds: 5 }, Code.InvalidArgument],
    ["its version", { etag: "1" }, Code.Aborted],
  ])("takes none for a suspension that is refused for %s", async (_what, more, code) => {
    const wrong = { namespace, name, createSnapshot: true, ...more };
    await expect(caller.vclusters.suspendVCluster(wrong)).rejects.toMatchObject({ code });
    expect(await left()).toEqual([]);
  });

  it("takes one before a suspension, however often that is asked for", async () => {
    const first = { snapshotName: "before-sleep", requestId: "sleep" };
    const wish = { namespace, name, createSnapshot: true, ...first };
    // As far as a facade comes that dies between its two writes.
    const taken = await caller.vclusters.snapshotVCluster({ namespace, name, ...first });
    const { operation } = await caller.operations.getOperation({ id: taken.operationId });
    const { vcluster: known } = await caller.vclusters.getVCluster({ namespace, name });
    expect(operation?.target?.id).toBe(known?.id);
    const path = `${GROUP}/${namespace}/vclusterinstances/${name}`;
    await writeStatus(path, {
      ...isReady("Running"),
      phase: "Snapshotting",
      observedGeneration: 1,
    });
    await waitFor("the snapshot is known to be taken", async () => {
      const { vcluster } = await caller.vclusters.getVCluster({ namespace, name });
      return vcluster?.allowedActions.includes("suspend") === false;
    });
    const { snapshot, operationId } = await caller.vclusters.suspendVCluster(wish);
    expect(snapshot).toMatchObject({ name: "before-sleep", vclusterName: name });
    expect(await caller.vclusters.suspendVCluster(wish)).toMatchObject({
      operationId,
      snapshot: { id: snapshot?.id },
    });
    expect(await left()).toEqual(["before-sleep"]);
  });

  it("deletes them with their virtual cluster if that is asked for, unless one is held or retained", async () => {
    const path = `${GROUP}/${namespace}/vclustersnapshots/before-sleep`;
    const change = async (spec: object): Promise<void> => {
      const { body } = await api.call("PATCH", path, { spec }, MERGE);
      const { metadata } = body as VClusterSnapshot;
      const minResourceVersion = metadata.resourceVersion ?? "";
      await caller.snapshots.getSnapshot({ namespace, name: "before-sleep", minResourceVersion });
    };
    const wish = { namespace, name, deleteSnapshots: true };
    for (const kept of [{ hold: true }, { hold: false, deletionPolicy: "Retain" }]) {
      await change(kept);
      await expect(caller.vclusters.deleteVCluster(wish)).rejects.toMatchObject({
        code: Code.FailedPrecondition,
      });
    }
    await change({ deletionPolicy: "Delete" });
    const request = { ...wish, requestId: "for-good" };
    await caller.vclusters.deleteVCluster(request);
    expect(await left()).toEqual([]);
    await instanceIn("Running", name);
    const successor = (await objects<VClusterInstance>("vclusterinstances")).find(
      ({ metadata }) => metadata.name === name,
    );
    await product.kubectl.apply(snapshotOf(namespace, "of-successor", { instanceRef: { name } }));
    const ofSuccessor = `${GROUP}/${namespace}/vclustersnapshots/of-successor`;
    await writeStatus(ofSuccessor, { instanceUID: successor?.metadata.uid });
    await caller.vclusters.deleteVCluster(request);
    expect(await left()).toEqual(["of-successor"]);
  });
});
