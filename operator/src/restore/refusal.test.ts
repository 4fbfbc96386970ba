import { describe, expect, it } from "@jest/globals";
import { Failure } from "@open-vcluster/runtime";
import { refusalOf, refusedTurn } from "./refusal.ts";

const QUOTA = new Failure("exhausted", "QuotaExceeded", "Could not create it: exceeded quota: q");
const MAKING = { kind: "createInstance", spec: {}, labels: {} } as const;

describe("an object that the API server does not take", () => {
  it("ends the restore with the words of the API server", () => {
    expect(refusalOf(MAKING, QUOTA)?.turn).toMatchObject({
      phase: "Failed",
      reason: "CreationRefused",
      message: expect.stringContaining("the new VClusterInstance: Could not create it: exceeded"),
      ends: true,
    });
  });

  it.each([
    ["that may pass", MAKING, new Failure("unavailable", "ServerError", "no")],
    ["of a process that does not lead", MAKING, new Failure("precondition", "NotLeader", "no")],
    ["of credentials", MAKING, new Failure("denied", "Unauthorized", "no")],
    ["that is none", MAKING, new Error("no")],
    ["while the store is written", { kind: "unmarkStore" } as const, QUOTA],
  ])("is told from a failure %s", (_what, action, thrown) => {
    expect(refusalOf(action, thrown)).toBeUndefined();
  });
});

describe("a pod or a Job that the API server does not take", () => {
  const turn = { phase: "Restoring", reason: "Restoring", message: "It is written" } as const;

  it("is told, and nothing that the step would have begun", () => {
    const change = { instanceMode: "storeOnly" } as const;
    expect(refusedTurn({ ...turn, change }, QUOTA)).toEqual({
      ...turn,
      message: "It is written: Could not create it: exceeded quota: q",
    });
  });

  it("is told from what passes by itself", () => {
    expect(refusedTurn(turn, new Failure("unavailable", "ServerError", "no"))).toBeUndefined();
  });
});
