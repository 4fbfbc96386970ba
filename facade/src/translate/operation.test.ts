import { anyUnpack, timestampFromDate } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "@jest/globals";
import { ErrorInfoSchema, OperationState } from "@open-vcluster/api";
import type { OperationMethod, VClusterOperation } from "@open-vcluster/crds";
import { toOperation } from "./operation.ts";

function operation(
  method: OperationMethod,
  status?: VClusterOperation["status"],
  cancel?: true,
): VClusterOperation {
  return {
    apiVersion: "openvcluster.io/v1alpha1",
    kind: "VClusterOperation",
    metadata: { name: "op-1", creationTimestamp: "2026-01-02T03:04:05Z" },
    spec: {
      method,
      target: { namespace: "team-a", name: "shop" },
      requester: { name: "ann", groups: ["dev"] },
      requestId: "r-1",
      payloadHash: "00",
      ...(cancel === undefined ? {} : { cancel }),
    },
    ...(status === undefined ? {} : { status }),
  };
}

describe("toOperation", () => {
  it("shows one that was just accepted", () => {
    expect(toOperation(operation("CreateVCluster"))).toMatchObject({
      id: "op-1",
      method: "CreateVCluster",
      state: OperationState.PENDING,
      target: { namespace: "team-a", name: "shop", id: "" },
      requester: "ann",
      requestId: "r-1",
      done: false,
      createTime: timestampFromDate(new Date("2026-01-02T03:04:05Z")),
      cancellable: false,
      cancelAdvice: "A creation is undone by DeleteVCluster",
    });
  });

  it("shows one that failed, with its error as the call would have had it", () => {
    const shown = toOperation(
      operation("ScaleVCluster", {
        state: "Failed",
        targetUid: "u-1",
        startedAt: "2026-01-02T03:04:06Z",
        finishedAt: "2026-01-02T03:04:07Z",
        expiresAt: "2026-01-03T03:04:07Z",
        stage: "Scaling",
        steps: [{ name: "Scaling", startedAt: "2026-01-02T03:04:06Z", message: "It scales." }],
        error: { code: "FAILED_PRECONDITION", reason: "QuotaExceeded", message: "Raise the quota" },
      }),
    );
    expect(shown).toMatchObject({
      state: OperationState.FAILED,
      done: true,
      target: { id: "u-1" },
      updateTime: timestampFromDate(new Date("2026-01-02T03:04:07Z")),
      endTime: timestampFromDate(new Date("2026-01-02T03:04:07Z")),
      expireTime: timestampFromDate(new Date("2026-01-03T03:04:07Z")),
      steps: [{ name: "Scaling", message: "It scales." }],
      error: { code: 9, message: "Raise the quota" },
      cancelAdvice: "",
    });
    const [packed] = shown.error?.details ?? [];
    expect(packed && anyUnpack(packed, ErrorInfoSchema)?.reason).toBe("QUOTA_EXCEEDED");
  });

  it.each([
    ["SuspendVCluster", undefined, true, ""],
    ["SuspendVCluster", true, false, "The suspension is being cancelled already"],
    ["ResumeVCluster", undefined, false, "A resumption is undone by SuspendVCluster"],
    ["DeleteVCluster", undefined, false, "A deletion cannot be undone"],
  ] as const)("says whether %s can be cancelled", (method, cancel, cancellable, cancelAdvice) => {
    const shown = toOperation(operation(method, { state: "Running" }, cancel));
    expect(shown).toMatchObject({ cancellable, cancelAdvice });
  });
});
