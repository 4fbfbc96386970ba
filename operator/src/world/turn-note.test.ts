import { describe, expect, it } from "@jest/globals";
import { VCLUSTER_SNAPSHOT } from "@open-vcluster/crds";
import { noteTurn } from "./turn-note.ts";

const metadata = { namespace: "team", name: "before", uid: "1" };
const statusWith = (
  status: string,
  reason: string,
): { readonly conditions: readonly object[] } => ({
  conditions: [
    {
      type: "Ready",
      status,
      reason,
      message: `It is ${reason}`,
      lastTransitionTime: "2026-01-01T00:00:00Z",
    },
  ],
});

describe("the event of a turn", () => {
  it.each([
    ["True", "Verified", "Normal"],
    ["Unknown", "Snapshotting", "Normal"],
    ["False", "WrongKey", "Warning"],
  ])("of Ready=%s %s is %s and says what the condition says", (status, reason, type) => {
    const object = { metadata, status: statusWith("Unknown", "Pending") };
    expect(noteTurn(VCLUSTER_SNAPSHOT, object, statusWith(status, reason))).toMatchObject({
      regarding: { kind: "VClusterSnapshot", namespace: "team", name: "before", uid: "1" },
      type,
      reason,
      note: `It is ${reason}`,
    });
  });

  it("is none without a turn", () => {
    const object = { metadata, status: statusWith("True", "Verified") };
    expect(noteTurn(VCLUSTER_SNAPSHOT, object, statusWith("True", "Verified"))).toBeUndefined();
  });
});
