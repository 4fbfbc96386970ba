import { describe, expect, it } from "@jest/globals";
import { checkUpgrade, type ReleaseIdentity } from "./upgrade.ts";

const RUNNING: ReleaseIdentity = {
  chartVersion: "0.34.0",
  kubernetesVersion: "v1.34.0",
  storeType: "etcd",
  etcdMembers: 3,
};

describe("checkUpgrade", () => {
  it.each<[string, Partial<ReleaseIdentity>]>([
    ["nothing", {}],
    ["a newer patch of the chart", { chartVersion: "0.34.7" }],
    ["the next minor of the chart", { chartVersion: "0.35.2" }],
    ["a newer patch of Kubernetes", { kubernetesVersion: "v1.34.3" }],
    ["the next minor of Kubernetes", { kubernetesVersion: "v1.35.0" }],
    ["both at once", { chartVersion: "0.35.2", kubernetesVersion: "v1.35.0" }],
  ])("lets %s change", (_what, change) => {
    expect(checkUpgrade(RUNNING, { ...RUNNING, ...change })).toEqual([]);
  });

  it.each<[string, Partial<ReleaseIdentity>, string, RegExp]>([
    ["chart skips a minor", { chartVersion: "0.36.1" }, "VersionSkipsMinor", /to 0\.35\.2 first/],
    ["chart skips to a major", { chartVersion: "1.0.0" }, "VersionSkipsMinor", /to 0\.35\.2 first/],
    ["chart goes back", { chartVersion: "0.33.1" }, "DowngradeRefused", /0\.34\.0 or later/],
    ["chart goes a patch back", { chartVersion: "0.34.0-rc.1" }, "DowngradeRefused", /downgrade/],
    [
      "Kubernetes skips a minor",
      { kubernetesVersion: "v1.36.0", chartVersion: "0.35.2" },
      "VersionSkipsMinor",
      /to v1\.35\.0 first/,
    ],
    ["Kubernetes goes back", { kubernetesVersion: "v1.33.4" }, "DowngradeRefused", /v1\.34\.0/],
    ["store changes", { storeType: "sqlite", etcdMembers: 0 }, "StoreChanged", /restore it/],
    ["members change", { etcdMembers: 1 }, "StoreChanged", /back to 3/],
  ])("refuses when %s", (_what, change, reason, message) => {
    const refusals = checkUpgrade(RUNNING, { ...RUNNING, ...change });
    expect(refusals.map((refusal) => refusal.reason)).toEqual([reason]);
    expect(refusals[0]?.message).toMatch(message);
    expect(refusals[0]?.field).toMatch(/^spec\./);
  });

  it("names every refusal at once", () => {
    const desired = {
      ...RUNNING,
      chartVersion: "0.33.1",
      kubernetesVersion: "v1.33.4",
      etcdMembers: 5,
    };
    const reasons = checkUpgrade(RUNNING, desired).map((refusal) => refusal.reason);
    expect(reasons).toEqual(["DowngradeRefused", "DowngradeRefused", "StoreChanged"]);
  });
});
