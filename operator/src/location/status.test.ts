import { describe, expect, it } from "@jest/globals";
import { NOTHING } from "./probe.ts";
import { type Finding, locationStatus, untilDueMs } from "./status.ts";

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

describe("a location that cannot be used", () => {
  const refused = (namespace: string): Finding => ({
    namespace,
    probe: { ok: false, reason: "WrongKey", message: "Another key opens it" },
  });

  it.each([
    ["for its own namespace", [refused("team")], "Another key opens it"],
    [
      "for another one",
      [{ namespace: "team", probe: NOTHING }, refused("shop")],
      "For shop: Another key opens it",
    ],
  ])("says why, %s", (_whose, findings, message) => {
    const { phase, conditions } = locationStatus(available("True"), findings, TRIED_MS);
    expect(phase).toBe("Unavailable");
    expect(conditions).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          type: "Available",
          status: "False",
          reason: "WrongKey",
          message,
        }),
      ]),
    );
  });
});

it("is available although a namespace takes no objects, and names that", () => {
  const finding = { namespace: "going", probe: NOTHING, refused: "It is being terminated" };
  const status = locationStatus(available("True"), [finding], TRIED_MS);
  expect(status.phase).toBe("Available");
  expect(status.conditions?.[0]?.message).toBe(
    "The location can be used; what it holds for going is not shown there: It is being terminated",
  );
});
