import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { VClusterRestore } from "@open-vcluster/crds";
import { applyRoles, createAccount } from "./harness/account.ts";
import { openCaller } from "./harness/caller.ts";
import { type Collector, startCollector } from "./harness/collector.ts";
import { type Operations, operationsOf, TRACE_ID } from "./harness/operations.ts";
import type { OperatorProcess } from "./harness/operator-process.ts";
import { restoreOf } from "./harness/snapshots.ts";
import { openStage, type Stage } from "./harness/stage.ts";
import { waitFor } from "./harness/wait.ts";

const DAY_MS = 86_400_000;
const ACCEPT_TIMEOUT_MS = 8_000;
const ENVIRONMENT = { OPERATION_ACCEPT_TIMEOUT: "8s" };
const DEMO = "demo";

describe("operations beside a real API server", () => {
  let stage: Stage;
  let operations: Operations;
  let operator: OperatorProcess;
  let collector: Collector;
  const uidOf = async (name: string): Promise<string | undefined> =>
    (await stage.read(name))?.metadata.uid;

  beforeAll(async () => {
    stage = await openStage("operation");
    operations = operationsOf(stage);
    collector = await startCollector();
    operator = stage.product.start({
      env: { ...ENVIRONMENT, OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint },
    });
    await operator.leading();
  }, 240_000);

  afterAll(async () => {
    await stage.close();
    collector.close();
  }, 120_000);

  it("a creation ends when the instance is ready, with its steps and its time of removal", async () => {
    const name = await operations.write(
      { method: "CreateVCluster", target: DEMO },
      { backingStore: { type: "etcd", etcd: { replicas: 3 } } },
    );
    const status = await operations.ended(name);
    expect(status).toMatchObject({ state: "Succeeded", targetUid: await uidOf(DEMO) });
    expect(status.steps?.map((step) => step.name)).toContain("ControlPlaneStarting");
    const keptMs = Date.parse(status.expiresAt ?? "") - Date.parse(status.finishedAt ?? "");
    expect(keptMs).toBe(DAY_MS);
    expect(operator.log()).toContain(`"traceId":"${TRACE_ID}"`);
  }, 180_000);

  it("a call, its operation, the effects and Helm are one trace, the caller's", async () => {
    const { product } = stage;
    await applyRoles(product);
    const at = { namespace: product.namespace, name: "tracer" };
    const { token } = await createAccount(product, at, ["vcluster-tenant-admin"]);
    const facade = product.startFacade({
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint },
    });
    const caller = openCaller(await facade.serving(), token);
    const traceId = "5bd66ef5095369c7b0d1f8f4bd33716a";
    const { operationId } = await caller.vclusters.createVCluster(
      { namespace: product.namespace, name: "traced" },
      { headers: { traceparent: `00-${traceId}-00f067aa0ba902b7-01` } },
    );
    expect(await operations.ended(operationId)).toMatchObject({ state: "Succeeded" });
    caller.close();
    await facade.stop();
    const chain = [
      "vcluster.api.v1.VClusterService/CreateVCluster",
      "reconcile applyRelease",
      "helm upgrade",
    ];
    const found = await waitFor("the trace is whole", () => {
      const spans = collector.spansOf(traceId);
      const links = chain.map((name) => spans.find((span) => span.name === name));
      return Promise.resolve(links.every((link) => link !== undefined) && links);
    });
    const [call, effect, helm] = found;
    expect(call?.parentSpanId).toBe("00f067aa0ba902b7");
    expect(effect?.parentSpanId).toBe(call?.spanId);
    expect(helm?.parentSpanId).toBe(effect?.spanId);
  }, 180_000);

  it("a creation that nobody wrote is closed as aborted", async () => {
    const sinceMs = Date.now();
    const name = await operations.accept({ method: "CreateVCluster", target: "nobody" });
    const status = await operations.ended(name);
    expect(status).toMatchObject({ state: "Aborted", error: { reason: "NotApplied" } });
    // The creation time has whole seconds.
    expect(Date.now() - sinceMs).toBeGreaterThan(ACCEPT_TIMEOUT_MS - 1_000);
  }, 60_000);

  it("an update, a scaling, a suspension and a resumption run to their ends, one after another", async () => {
    const uid = await uidOf(DEMO);
    const values = { controlPlane: { statefulSet: { labels: { tier: "second" } } } };
    const writes = [
      [{ method: "UpdateVCluster", target: DEMO, uid }, { values }],
      [{ method: "ScaleVCluster", target: DEMO, uid }, { controlPlane: { replicas: 3 } }],
      [{ method: "SuspendVCluster", target: DEMO, uid }, { powerState: "Suspended" }],
      [{ method: "ResumeVCluster", target: DEMO, uid }, { powerState: "Running" }],
    ] as const;
    for (const [write, spec] of writes) {
      const status = await operations.ended(await operations.write(write, spec));
      const { generation } = (await stage.read(DEMO))?.metadata ?? {};
      expect([write.method, status]).toEqual([
        write.method,
        expect.objectContaining({ state: "Succeeded", targetGeneration: generation }),
      ]);
    }
  }, 400_000);

  it("an update that changes nothing has succeeded at once", async () => {
    const write = { method: "UpdateVCluster", target: DEMO, uid: await uidOf(DEMO) } as const;
    expect(await operations.ended(await operations.write(write, {}))).toMatchObject({
      state: "Succeeded",
    });
  }, 60_000);

  it("a refused spec fails, and the next operation mends it", async () => {
    const write = { method: "UpdateVCluster", target: DEMO, uid: await uidOf(DEMO) } as const;
    const refused = await operations.write(write, { values: { telemetry: { enabled: true } } });
    expect(await operations.ended(refused)).toMatchObject({
      state: "Failed",
      error: { code: "INVALID_ARGUMENT", reason: "ValuesRefused" },
    });
    const removal = { values: { telemetry: null } };
    expect(await operations.ended(await operations.write(write, removal))).toMatchObject({
      state: "Succeeded",
    });
  }, 120_000);

  describe("a suspension whose drain is blocked", () => {
    const suspend = (drainTimeout: string) =>
      ({ powerState: "Suspended", suspend: { drain: true, drainTimeout } }) as const;
    const write = async (spec: ReturnType<typeof suspend>): Promise<string> => {
      stage.double.tenant(DEMO).run();
      stage.double.tenant(DEMO).block(true);
      const uid = await uidOf(DEMO);
      const name = await operations.write({ method: "SuspendVCluster", target: DEMO, uid }, spec);
      await operations.started(name);
      return name;
    };

    it("fails when the drain is given up", async () => {
      expect(await operations.ended(await write(suspend("2s")))).toMatchObject({
        state: "Failed",
        error: { code: "FAILED_PRECONDITION", reason: "DrainAborted" },
      });
    }, 120_000);

    it("is cancelled when its caller takes it back", async () => {
      const name = await write(suspend("10m"));
      await operations.cancel(name);
      await stage.api.call(
        "PATCH",
        `/apis/openvcluster.io/v1alpha1/namespaces/${stage.product.namespace}/vclusterinstances/${DEMO}`,
        { spec: { powerState: "Running" } },
        "application/merge-patch+json",
      );
      expect(await operations.ended(name)).toMatchObject({
        state: "Cancelled",
        error: { code: "CANCELLED" },
      });
      await stage.reaches(DEMO, "Ready=True Running");
    }, 180_000);

    it("is superseded by a resumption", async () => {
      const name = await write(suspend("9m"));
      const uid = await uidOf(DEMO);
      const resumption = await operations.write(
        { method: "ResumeVCluster", target: DEMO, uid },
        { powerState: "Running" },
      );
      expect(await operations.ended(name)).toMatchObject({
        state: "Failed",
        error: { code: "ABORTED", reason: "Superseded" },
      });
      expect(await operations.ended(resumption)).toMatchObject({ state: "Succeeded" });
      stage.double.tenant(DEMO).block(false);
    }, 180_000);
  });

  it("a deletion ends with the instance, and what it interrupts is superseded", async () => {
    const write = { method: "UpdateVCluster", target: DEMO, uid: await uidOf(DEMO) } as const;
    const values = { controlPlane: { statefulSet: { labels: { tier: "third" } } } };
    const update = await operations.write(write, { values });
    await operations.started(update);
    const deletion = await operations.remove(DEMO);
    expect(await operations.ended(update)).toMatchObject({
      state: "Failed",
      error: { code: "ABORTED", reason: "Superseded" },
    });
    expect(await operations.ended(deletion)).toMatchObject({ state: "Succeeded" });
    expect(await stage.read(DEMO)).toBeUndefined();
  }, 180_000);

  it("a deletion of what is gone already has succeeded", async () => {
    const gone = { method: "DeleteVCluster", target: DEMO, uid: "an-earlier-one" } as const;
    expect(await operations.ended(await operations.accept(gone))).toMatchObject({
      state: "Succeeded",
    });
  }, 60_000);

  it("those whose day is over are removed, also after a restart, and no others", async () => {
    await operator.stop();
    const anHourAgo = new Date(Date.now() - 3_600_000).toISOString();
    const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
    const names = await Promise.all(
      Array.from({ length: 45 }, () =>
        operations.accept({ method: "CreateVCluster", target: "old" }),
      ),
    );
    const end = (name: string, expiresAt: string): Promise<void> =>
      operations.end(name, { state: "Succeeded", finishedAt: anHourAgo, expiresAt });
    const [kept = "", ...old] = names;
    await end(kept, inAnHour);
    await Promise.all(old.map((name) => end(name, anHourAgo)));
    operator = stage.product.start({ env: { ...ENVIRONMENT, OPERATION_DEADLINE: "1s" } });
    await waitFor("the old operations are gone", async () => {
      const found = await Promise.all(old.map((name) => operations.read(name)));
      return found.every((operation) => operation === undefined);
    });
    expect(await operations.read(kept)).toBeDefined();
  }, 120_000);

  it("a plan goes with its operation, and no other restore", async () => {
    await operator.stop();
    const { kubectl, namespace } = stage.product;
    const anHourAgo = new Date(Date.now() - 3_600_000).toISOString();
    const planned = ["of-plan", "of-restore"];
    await kubectl.apply(
      ...planned.map((name) =>
        restoreOf(namespace, name, {
          snapshotRef: { name: "none" },
          target: { instanceRef: { name: DEMO } },
          dryRun: true,
        }),
      ),
    );
    for (const [restore, method] of [
      ["of-plan", "PlanRestore"],
      ["of-restore", "RestoreVCluster"],
    ] as const) {
      const name = await operations.accept({ method, target: DEMO, restore });
      const found = await kubectl.get<VClusterRestore>("vcrestore", "-n", namespace, restore);
      const targetUid = found?.metadata.uid ?? "";
      await operations.end(name, { state: "Succeeded", targetUid, expiresAt: anHourAgo });
    }
    operator = stage.product.start({ env: { ...ENVIRONMENT, OPERATION_DEADLINE: "1s" } });
    await waitFor("the plan is gone", async () => {
      const left = await kubectl.list<VClusterRestore>("vcrestore", "-n", namespace);
      return left.map(({ metadata }) => metadata.name).join() === "of-restore";
    });
  }, 120_000);

  it("one that takes too long fails, while its instance goes on", async () => {
    const name = await operations.write({ method: "CreateVCluster", target: "slow" }, {});
    expect(await operations.ended(name)).toMatchObject({
      state: "Failed",
      error: { code: "DEADLINE_EXCEEDED", reason: "OperationTimedOut" },
    });
    await stage.reaches("slow", "Ready=True Running");
  }, 180_000);
});
