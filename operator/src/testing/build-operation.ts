import {
  OPERATION_ANNOTATION,
  type OperationMethod,
  type VClusterInstance,
  type VClusterOperation,
} from "@open-vcluster/crds";
import type { DecideContext, OperationDecision } from "../operation/decision.ts";
import type { OperationSeen } from "../operation/observe.ts";
import { instance, NOW_MS } from "./build.ts";

/** What decisions get besides the observation. */
export const OPERATION_CONTEXT: DecideContext = {
  nowMs: NOW_MS,
  settings: {
    acceptTimeoutMs: 60_000,
    deadlineMs: 3_600_000,
    stallGraceMs: 60_000,
    retentionMs: 86_400_000,
  },
};

/** Name of the operation. */
const OPERATION = "op-1";

/** An operation that was accepted a second ago. */
export function operation(
  method: OperationMethod,
  change: {
    readonly spec?: Partial<VClusterOperation["spec"]>;
    readonly status?: VClusterOperation["status"];
  } = {},
): VClusterOperation {
  return {
    apiVersion: "openvcluster.io/v1alpha1",
    kind: "VClusterOperation",
    metadata: {
      namespace: "system",
      name: OPERATION,
      uid: "uid-operation",
      generation: 1,
      creationTimestamp: new Date(NOW_MS - 1_000).toISOString(),
    },
    spec: {
      method,
      target: { namespace: "team", name: "demo" },
      requester: { name: "alice" },
      payloadHash: "0".repeat(64),
      ...change.spec,
    },
    status: { state: "Pending", ...change.status },
  };
}

/** The same, seen on the instance's second generation half a minute ago. */
export function running(
  method: OperationMethod,
  change: Parameters<typeof operation>[1] = {},
): VClusterOperation {
  const status = {
    state: "Running",
    targetUid: "uid-demo",
    targetGeneration: 2,
    startedAt: new Date(NOW_MS - 30_000).toISOString(),
    ...change.status,
  } as const;
  return operation(method, { ...change, status });
}

/** A condition as `Type=Status Reason`, observed a second ago for a generation: the second, unless said otherwise. */
export type ConditionText = `${string}=${"True" | "False" | "Unknown"} ${string}`;

/** The instance at its second generation, stamped by the operation. */
export function target(
  change: {
    readonly spec?: VClusterInstance["spec"];
    readonly metadata?: Partial<VClusterInstance["metadata"]>;
    readonly stamp?: string;
    readonly conditions?: readonly ConditionText[];
    readonly observedGeneration?: number;
    readonly sinceMs?: number;
  } = {},
): VClusterInstance {
  const { stamp = OPERATION, observedGeneration = 2, sinceMs = NOW_MS - 1_000 } = change;
  const annotations = stamp === "" ? {} : { [OPERATION_ANNOTATION]: stamp };
  const conditions = (change.conditions ?? []).map((text) => {
    const [type = "", status = "", reason = ""] = text.split(/[= ]/);
    return {
      type,
      status: status as "True" | "False" | "Unknown",
      reason,
      message: `Because of ${reason}`,
      observedGeneration,
      lastTransitionTime: new Date(sinceMs).toISOString(),
    };
  });
  return {
    ...instance(change.spec, { generation: 2, annotations, ...change.metadata }),
    status: { conditions },
  };
}

/** A decision as text: `wait`, `start`, or how it ends. */
export function tell(decision: OperationDecision): string {
  if (decision.kind !== "end") return decision.kind;
  const { ending } = decision;
  return ending.state === "Succeeded"
    ? ending.state
    : `${ending.state} ${ending.error.code} ${ending.error.reason}`;
}

/** What is seen of an operation and its instance, or of the object that it names. */
export function operationSeen(
  about: VClusterOperation,
  found: VClusterInstance | undefined,
  object?: OperationSeen["object"],
): OperationSeen {
  return { operation: about, instance: found, object };
}
