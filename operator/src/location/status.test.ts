import { describe, expect, it } from "@jest/globals";
import { untilDueMs } from "./status.ts";

const TRIED = "2026-03-01T00:00:00Z";
const TRIED_MS = Date.parse(TRIED);
const HOUR_MS = 3_600_000;

const lastTransitionTime = TRIED;
const available = (status: "True" | "False"): Parameters<typeof untilDueMs>[0] => ({
  apiVersion: "openvcluster.io/v1alpha1",
  kind: "VClusterSnapshotLocation",
  metadata: { namespace: "team", name: "bucket", generation: 1 },
  spec: { probeInterval: "1m" },
  status: {
    lastProbeTime: TRIED,
    observedGeneration: 1,
    conditions: [
      { type: "Available", status, reason: "Available", message: "", lastTransitionTime },
    ],
  },
});

describe("a location is tried again", () => {
  it("after its interval, and sooner when it cannot be used", () => {
    expect(untilDueMs(available("True"), TRIED_MS + 10_000)).toBe(50_000);
    expect(untilDueMs(available("False"), TRIED_MS + 10_000)).toBe(5_000);
  });

  it("at once when it was changed", () => {
    const location = available("True");
    const changed = { ...location, metadata: { ...location.metadata, generation: 2 } };
    expect(untilDueMs(changed, TRIED_MS)).toBe(0);
  });

  it.each([1_000, HOUR_MS])("at once when the clock was set back by %i ms", (backMs) => {
    expect(untilDueMs(available("True"), TRIED_MS - backMs)).toBe(0);
  });
});
