import { describe, expect, it } from "@jest/globals";
import { NOW_MS } from "../testing/build.ts";
import {
  type ConditionText,
  operation,
  operationSeen,
  running,
  target,
} from "../testing/build-operation.ts";
import { failed } from "./ending.ts";
import { statusOf } from "./status.ts";

const TIMES = { nowMs: NOW_MS, retentionMs: 86_400_000 };
const NOW = "2026-01-01T00:00:00.000Z";
const WAIT = { kind: "wait", requeueAfterMs: 1 } as const;

function withReason(reason: string): ReturnType<typeof target> {
  return target({ conditions: [`Ready=False ${reason}` as ConditionText] });
}

describe("the status of an operation", () => {
  it("stays as it is while nothing carries it", () => {
    const about = operation("CreateVCluster");
    expect(statusOf(operationSeen(about, undefined), WAIT, TIMES)).toBe(about.status);
  });

  it("remembers which instance, at which generation", () => {
    const found = withReason("Upgrading");
    const seen = operationSeen(operation("UpdateVCluster"), found);
    expect(statusOf(seen, { kind: "start", subject: found }, TIMES)).toMatchObject({
      state: "Running",
      phase: "Running",
      targetUid: "uid-demo",
      targetGeneration: 2,
      startedAt: NOW,
      stage: "Upgrading",
      steps: [{ name: "Upgrading", startedAt: NOW, message: "Because of Upgrading" }],
      conditions: [{ type: "Ready", status: "Unknown", reason: "Applied" }],
    });
  });

  it("says Pending before the instance says anything", () => {
    const seen = operationSeen(running("CreateVCluster"), target());
    expect(statusOf(seen, WAIT, TIMES).stage).toBe("Pending");
  });

  it("adds a step when the stage changes, and only then", () => {
    const about = running("UpdateVCluster", { status: { stage: "Upgrading", steps: [] } });
    const same = statusOf(operationSeen(about, withReason("Upgrading")), WAIT, TIMES);
    expect(same).toBe(about.status);
    const next = statusOf(operationSeen(about, withReason("ControlPlaneStarting")), WAIT, TIMES);
    expect(next.stage).toBe("ControlPlaneStarting");
    expect(next.steps?.map(({ name }) => name)).toEqual(["ControlPlaneStarting"]);
  });

  it("keeps the first step and the newest ones, 32 in all", () => {
    let about = running("CreateVCluster");
    for (let count = 0; count < 40; count += 1) {
      const status = statusOf(operationSeen(about, withReason(`R${String(count)}`)), WAIT, TIMES);
      about = { ...about, status };
    }
    const names = about.status?.steps?.map(({ name }) => name);
    expect(names).toHaveLength(32);
    expect(names?.slice(0, 2)).toEqual(["R0", "R9"]);
    expect(names?.at(-1)).toBe("R39");
  });

  it("ends with the time of its removal and without a stage", () => {
    const about = running("ScaleVCluster", { status: { stage: "Scaling" } });
    const decision = { kind: "end", ending: { state: "Succeeded" } } as const;
    const status = statusOf(operationSeen(about, undefined), decision, TIMES);
    expect(status).toMatchObject({
      state: "Succeeded",
      finishedAt: NOW,
      expiresAt: "2026-01-02T00:00:00.000Z",
      targetGeneration: 2,
      conditions: [{ status: "True", reason: "Succeeded" }],
    });
    expect(status).not.toHaveProperty("stage");
    expect(status).not.toHaveProperty("error");
  });

  it("says why it failed", () => {
    const ending = failed("INVALID_ARGUMENT", "ValuesRefused", "Remove them");
    const seen = operationSeen(running("UpdateVCluster"), target());
    expect(statusOf(seen, { kind: "end", ending }, TIMES)).toMatchObject({
      state: "Failed",
      error: { code: "INVALID_ARGUMENT", reason: "ValuesRefused", message: "Remove them" },
      conditions: [
        { type: "Ready", status: "False", reason: "ValuesRefused", message: "Remove them" },
        { type: "Stalled", status: "True", reason: "ValuesRefused", message: "Remove them" },
      ],
    });
  });
});
