import { describe, expect, it } from "@jest/globals";
import type { ResourceType } from "../kube/object.ts";
import { statusApply } from "./patch.ts";

const widgets: ResourceType = {
  group: "example.io",
  version: "v1",
  plural: "widgets",
  kind: "Widget",
  namespaced: true,
};
const owned = { fields: ["phase", "endpoint"], conditionTypes: ["Ready", "Reconciling"] };
const metadata = {
  name: "a",
  namespace: "n",
  uid: "u-1",
  resourceVersion: "9",
  labels: { x: "y" },
};

function condition(type: string, status = "True") {
  return { type, status, reason: "R", message: "m", lastTransitionTime: "2020-01-01T00:00:00Z" };
}

describe("statusApply", () => {
  it("says nothing when our part is true already", () => {
    const status = {
      phase: "Running",
      conditions: [condition("Ready"), condition("Theirs")],
      theirs: 1,
    };
    const after = { phase: "Running", conditions: [condition("Ready")], endpoint: undefined };
    expect(statusApply(widgets, { metadata, status }, after, owned)).toBeUndefined();
  });

  it("applies all of our part, nothing of others, to this very object", () => {
    const status = { phase: "Pending", theirs: 1, conditions: [condition("Theirs")] };
    const after = { phase: "Running", endpoint: "https://x", conditions: [condition("Ready")] };
    expect(statusApply(widgets, { metadata, status }, after, owned)).toEqual({
      apiVersion: "example.io/v1",
      kind: "Widget",
      metadata: { name: "a", namespace: "n", uid: "u-1" },
      status: { phase: "Running", endpoint: "https://x", conditions: [condition("Ready")] },
    });
  });

  it.each([
    [
      "a condition of ours is gone",
      { conditions: [condition("Ready"), condition("Reconciling")] },
      { conditions: [condition("Ready")] },
    ],
    ["a field of ours is gone", { phase: "Running", endpoint: "x" }, { phase: "Running" }],
    [
      "a condition flipped",
      { conditions: [condition("Ready")] },
      { conditions: [condition("Ready", "False")] },
    ],
    ["there was no status", undefined, { phase: "Pending" }],
  ])("applies when %s", (_name, status, after) => {
    const body = statusApply(widgets, { metadata, status }, after, owned);
    expect(body?.["status"]).toEqual(after);
  });
});
