import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { describe, expect, it } from "@jest/globals";
import { PlanRestoreRequestSchema, RestoreVClusterRequestSchema } from "@open-vcluster/api";
import type { VClusterSnapshot } from "@open-vcluster/crds";
import { planFrom, planViolations, restoreFrom, restoreViolations } from "./restore-request.ts";

type Plan = MessageInitShape<typeof PlanRestoreRequestSchema>;

const SNAPSHOT: VClusterSnapshot = {
  apiVersion: "openvcluster.io/v1alpha1",
  kind: "VClusterSnapshot",
  metadata: { namespace: "shop", name: "nightly", uid: "uid-1" },
  spec: { instanceRef: { name: "web" } },
};
const WISH = { namespace: "shop", name: "web", snapshotId: "uid-1" };
const PART = { namespaces: ["a", "b", "a"], kinds: ["deployments.apps"], labels: { tier: "web" } };
const FILTERS = {
  namespaces: ["a", "b"],
  kinds: ["deployments.apps"],
  labels: { tier: "web" },
};

describe("a request for a restore", () => {
  const asked = (more: object = {}) => create(RestoreVClusterRequestSchema, { ...WISH, ...more });

  it("of a part becomes a resource with filters", () => {
    expect(restoreViolations(asked(PART))).toEqual([]);
    expect(restoreFrom(asked(PART), SNAPSHOT, { name: "r", caller: "ann" }).spec).toEqual({
      snapshotRef: { name: "nightly" },
      target: { instanceRef: { name: "web" } },
      filters: FILTERS,
    });
  });

  it("of everything has none", () => {
    expect(restoreFrom(asked(), SNAPSHOT, { name: "r", caller: "ann" }).spec).not.toHaveProperty(
      "filters",
    );
  });

  it("of a part into a new virtual cluster is refused", () => {
    const request = asked({ kinds: ["pods"], createNew: true, newName: "copy" });
    expect(restoreViolations(request)).toEqual([expect.objectContaining({ field: "create_new" })]);
  });
});

describe("a request for a plan", () => {
  const asked = (more: Plan = {}) => create(PlanRestoreRequestSchema, { ...WISH, ...more });

  it("becomes a resource that changes nothing", () => {
    expect(planViolations(asked(PART))).toEqual([]);
    expect(planFrom(asked({ ...PART, namespace: "" }), SNAPSHOT, "p")).toMatchObject({
      metadata: { namespace: "default", name: "p" },
      spec: {
        snapshotRef: { name: "nightly", namespace: "shop" },
        target: { instanceRef: { name: "web" } },
        filters: FILTERS,
        dryRun: true,
      },
    });
  });

  it.each<[string, Plan]>([
    ["name", { name: "" }],
    ["namespace", { namespace: "a/b" }],
    ["snapshot_id", { snapshotId: "" }],
    ["namespaces[1]", { namespaces: ["a", "A"] }],
    ["namespaces[0]", { namespaces: [""] }],
    ["namespaces", { namespaces: Array.from({ length: 65 }, (_, index) => `n${index}`) }],
    ["kinds[0]", { kinds: ["Deployment"] }],
    ["kinds", { kinds: Array.from({ length: 65 }, (_, index) => `n${index}`) }],
    ["labels[a b]", { labels: { "a b": "c" } }],
    ["labels[a]", { labels: { a: "no good" } }],
    [
      "labels",
      { labels: Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`n${index}`, "v"])) },
    ],
    ["request_id", { requestId: "\n" }],
  ])("is refused for its %s: %j", (field, more) => {
    expect(planViolations(asked(more)).map((violation) => violation.field)).toEqual([field]);
  });

  it("may filter by labels of the product", () => {
    expect(planViolations(asked({ labels: { "openvcluster.io/project": "a" } }))).toEqual([]);
  });
});
