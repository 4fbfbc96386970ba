import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "@jest/globals";
import {
  DrainTimeoutAction,
  ResumeVClusterRequestSchema,
  ScaleVClusterRequestSchema,
  SuspendVClusterRequestSchema,
} from "@open-vcluster/api";
import { resumed } from "./resume.ts";
import { scaled } from "./scale.ts";
import { suspended } from "./suspend.ts";
import { instance } from "./testing/build.ts";
import { failureFrom, fieldsOf } from "./testing/failure.ts";

const named = { name: "shop", namespace: "team-a" };

describe("suspended", () => {
  const request = (parts: object = {}) =>
    create(SuspendVClusterRequestSchema, { ...named, ...parts });

  it("writes how the workloads are treated", () => {
    const parts = {
      drainWorkloads: true,
      drainTimeoutSeconds: 5400,
      onTimeout: DrainTimeoutAction.KEEP,
      evictBarePods: true,
    };
    expect(suspended(instance(), request(parts)).spec).toEqual({
      powerState: "Suspended",
      suspend: { drain: true, drainTimeout: "1h30m", onTimeout: "Keep", evictBarePods: true },
    });
  });

  it("forgets how an earlier suspension treated them", () => {
    const earlier = instance({ spec: { suspend: { drain: true, onTimeout: "Delete" } } });
    expect(suspended(earlier, request()).spec).toEqual({ powerState: "Suspended" });
    const again = suspended(earlier, request({ drainWorkloads: true }));
    expect(again.spec.suspend).toEqual({ drain: true });
  });

  it.each([
    [{ drainTimeoutSeconds: 5 }, "drain_timeout_seconds"],
    [{ onTimeout: DrainTimeoutAction.ABORT }, "on_timeout"],
    [{ evictBarePods: true }, "evict_bare_pods"],
    [{ snapshotName: "s" }, "snapshot_name"],
    [{ drainWorkloads: true, drainTimeoutSeconds: -1 }, "drain_timeout_seconds"],
    [{ drainWorkloads: true, drainTimeoutSeconds: 86_401 }, "drain_timeout_seconds"],
    [{ drainWorkloads: true, onTimeout: 77 }, "on_timeout"],
    [{ requestId: "x".repeat(129) }, "request_id"],
    [{ etag: "\u0000" }, "etag"],
  ])("refuses %j", (parts, field) => {
    expect(fieldsOf(() => suspended(instance(), request(parts)))).toEqual([field]);
  });

  it("keeps the wish for a snapshot before each suspension", () => {
    const current = instance({ spec: { suspend: { snapshot: true, drain: true } } });
    expect(suspended(current, request({})).spec.suspend).toEqual({ snapshot: true });
  });

  it("asks for something else where the same suspension was given up", () => {
    const givenUp = suspended(instance(), request({ drainWorkloads: true }));
    const failure = failureFrom(() => suspended(givenUp, request({ drainWorkloads: true })));
    expect(failure).toMatchObject({ kind: "precondition", reason: "DrainAborted" });
    const other = { drainWorkloads: true, onTimeout: DrainTimeoutAction.DELETE };
    expect(suspended(givenUp, request(other)).spec.suspend?.onTimeout).toBe("Delete");
  });
});

describe("resumed", () => {
  const request = (parts: object = {}) =>
    create(ResumeVClusterRequestSchema, { ...named, ...parts });

  it("asks to run, and keeps how a suspension was meant", () => {
    const spec = { powerState: "Suspended", suspend: { drain: true } } as const;
    expect(resumed(instance({ spec }), request()).spec).toEqual({
      powerState: "Running",
      suspend: { drain: true },
    });
  });

  it("waits for workloads only if this request says so", () => {
    const spec = { resume: { waitForWorkloads: true, timeout: "1m" } };
    expect(resumed(instance({ spec }), request()).spec.resume).toEqual({ timeout: "1m" });
    const waiting = resumed(instance({ spec }), request({ reconcileWorkloads: true }));
    expect(waiting.spec.resume).toEqual({ waitForWorkloads: true, timeout: "1m" });
  });
});

describe("scaled", () => {
  const etcd = instance({
    spec: { backingStore: { type: "etcd" }, controlPlane: { resources: { limits: { cpu: 2 } } } },
  });
  const request = (parts: object = {}) =>
    create(ScaleVClusterRequestSchema, { ...named, ...parts });

  it("changes what is set", () => {
    const { spec } = scaled(etcd, request({ replicas: 3, resources: { memoryLimit: "2Gi" } }));
    expect(spec).toEqual({
      backingStore: { type: "etcd" },
      controlPlane: { replicas: 3, resources: { limits: { cpu: 2, memory: "2Gi" } } },
    });
  });

  it.each([
    [{}, "replicas"],
    [{ replicas: 2 }, "replicas"],
    [{ replicas: -1 }, "replicas"],
    [{ resources: { cpuRequest: "3" } }, "resources.cpu_request"],
    [{ resources: { cpuLimit: "x" } }, "resources.cpu_limit"],
  ])("refuses %j", (parts, field) => {
    expect(fieldsOf(() => scaled(etcd, request(parts)))).toEqual([field]);
  });

  it("refuses replicas that the store cannot have", () => {
    expect(fieldsOf(() => scaled(instance(), request({ replicas: 3 })))).toEqual(["replicas"]);
  });
});
