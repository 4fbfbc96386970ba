import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "@jest/globals";
import {
  RestoreMode,
  RestoreVClusterRequestSchema,
  SnapshotStatus,
  SnapshotVClusterRequestSchema,
} from "@open-vcluster/api";
import type { VClusterSnapshot } from "@open-vcluster/crds";
import { madeName } from "./made-name.ts";
import { restoreFrom, restoreTarget, restoreViolations } from "./restore-request.ts";
import { snapshotStatus, toSnapshot } from "./snapshot.ts";
import { snapshotFrom, snapshotViolations } from "./snapshot-request.ts";

const WHEN = "2026-01-02T03:04:05Z";
const ID = "20260102T030405Z-abc123";

function snapshot(parts: Partial<VClusterSnapshot> = {}): VClusterSnapshot {
  return {
    apiVersion: "openvcluster.io/v1alpha1",
    kind: "VClusterSnapshot",
    metadata: {
      name: "nightly",
      namespace: "shop",
      uid: "uid-1",
      resourceVersion: "7",
      creationTimestamp: WHEN,
    },
    spec: { instanceRef: { name: "web" } },
    ...parts,
  };
}

describe("a snapshot as the contract shows it", () => {
  it("says what the resource says", () => {
    const shown = toSnapshot(
      snapshot({
        spec: { instanceRef: { name: "web" }, description: "before the upgrade", hold: true },
        status: {
          phase: "Ready",
          snapshotID: ID,
          instanceUID: "uid-web",
          location: { namespace: "shop", name: "bucket" },
          type: "Incremental",
          keys: 3,
          storedBytes: 2 ** 40,
          verifiedLevel: "Content",
          verificationTime: WHEN,
          expirationTime: WHEN,
          conditions: [
            {
              type: "Ready",
              status: "True",
              reason: "Verified",
              message: "It can be restored",
              lastTransitionTime: WHEN,
            },
          ],
        },
      }),
    );
    expect(shown).toMatchObject({
      id: "uid-1",
      name: "nightly",
      namespace: "shop",
      vclusterId: "uid-web",
      vclusterName: "web",
      status: SnapshotStatus.READY,
      sizeBytes: 1_099_511_627_776n,
      createTime: timestampFromMs(Date.parse(WHEN)),
      expireTime: timestampFromMs(Date.parse(WHEN)),
      description: "before the upgrade",
      storageUri: `vclustersnapshotlocations/shop/bucket/${ID}`,
      reason: "Verified",
      message: "It can be restored",
      held: true,
      verifiedLevel: "Content",
      verifyTime: timestampFromMs(Date.parse(WHEN)),
      type: "Incremental",
      keys: 3n,
      resourceVersion: "7",
    });
  });

  it("is shown before anything is known of it", () => {
    const shown = toSnapshot(snapshot());
    expect([shown.status, shown.storageUri, shown.sizeBytes, shown.expireTime]).toEqual([
      SnapshotStatus.CREATING,
      "",
      0n,
      undefined,
    ]);
  });

  it.each([
    ["Verifying", SnapshotStatus.CREATING],
    ["Failed", SnapshotStatus.FAILED],
    ["Deleting", SnapshotStatus.DELETING],
  ] as const)("in phase %s has status %s", (phase, status) => {
    expect(snapshotStatus(snapshot({ status: { phase } }))).toBe(status);
  });

  it("goes from the moment at which its deletion was asked for", () => {
    const metadata = { ...snapshot().metadata, deletionTimestamp: WHEN };
    expect(snapshotStatus(snapshot({ metadata, status: { phase: "Ready" } }))).toBe(
      SnapshotStatus.DELETING,
    );
  });
});

describe("a request for a snapshot", () => {
  const asked = (more: MessageInitShape<typeof SnapshotVClusterRequestSchema> = {}) =>
    create(SnapshotVClusterRequestSchema, { name: "web", ...more });

  it("becomes a resource", () => {
    const request = asked({ description: "a\nb", retentionHours: 48, labels: { why: "upgrade" } });
    expect(snapshotViolations(request)).toEqual([]);
    expect(snapshotFrom(request, "nightly")).toMatchObject({
      metadata: { name: "nightly", namespace: "default", labels: { why: "upgrade" } },
      spec: { instanceRef: { name: "web" }, description: "a\nb", expiresAfter: "48h" },
    });
  });

  it("without retention and description leaves both out", () => {
    expect(snapshotFrom(asked(), "nightly").spec).toEqual({ instanceRef: { name: "web" } });
  });

  it("goes where the instance says", () => {
    const locationRef = { name: "backups" };
    expect(snapshotFrom(asked(), "nightly", locationRef).spec).toMatchObject({ locationRef });
  });

  it.each([
    ["name", { name: "Not A Label" }],
    ["namespace", { namespace: "a/b" }],
    ["snapshot_name", { snapshotName: "a.b" }],
    ["snapshot_name", { snapshotName: "a".repeat(64) }],
    ["description", { description: "a\u0007" }],
    ["description", { description: "a".repeat(1_025) }],
    ["retention_hours", { retentionHours: -1 }],
    ["retention_hours", { retentionHours: 87_601 }],
    ["labels[openvcluster.io/operator-id]", { labels: { "openvcluster.io/operator-id": "x" } }],
    ["request_id", { requestId: "\n" }],
  ])("is refused for its %s: %j", (field, more) => {
    expect(snapshotViolations(asked(more)).map((violation) => violation.field)).toEqual([field]);
  });
});

describe("a request for a restore", () => {
  const asked = (more: MessageInitShape<typeof RestoreVClusterRequestSchema> = {}) =>
    create(RestoreVClusterRequestSchema, {
      name: "web",
      namespace: "shop",
      snapshotId: "uid-1",
      ...more,
    });

  it("writes over the virtual cluster that it names", () => {
    expect(restoreFrom(asked(), snapshot(), { name: "r", caller: "ann" })).toMatchObject({
      metadata: { name: "r", namespace: "shop" },
      spec: { snapshotRef: { name: "nightly" }, target: { instanceRef: { name: "web" } } },
    });
    expect(restoreFrom(asked(), snapshot(), { name: "r", caller: "ann" }).spec.snapshotRef).toEqual(
      { name: "nightly" },
    );
  });

  it("writes as is asked, and without a snapshot before if none is wanted", () => {
    expect(restoreFrom(asked(), snapshot(), { name: "r", caller: "ann" }).spec).not.toHaveProperty(
      "mode",
    );
    const request = asked({ mode: RestoreMode.REPLACE, preRestoreSnapshot: false });
    expect(restoreViolations(request)).toEqual([]);
    expect(restoreFrom(request, snapshot(), { name: "r", caller: "ann" }).spec).toMatchObject({
      mode: "Replace",
      preRestoreSnapshot: false,
    });
  });

  it.each([
    ["", "shop", { name: "nightly" }],
    ["bank", "bank", { name: "nightly", namespace: "shop" }],
  ])("into a new one in namespace %j lies beside it", (newNamespace, namespace, snapshotRef) => {
    const request = asked({ createNew: true, newName: "copy", newNamespace });
    expect(restoreViolations(request)).toEqual([]);
    expect(restoreTarget(request)).toEqual({ namespace, name: "copy" });
    expect(restoreFrom(request, snapshot(), { name: "r", caller: "ann" })).toMatchObject({
      metadata: { namespace },
      spec: { snapshotRef, target: { newInstance: { name: "copy", owner: "ann" } } },
    });
  });

  it("gives nobody what comes back under its own name", () => {
    const request = asked({ createNew: true, newName: "web" });
    const { target } = restoreFrom(request, snapshot(), { name: "r", caller: "ann" }).spec;
    expect(target).toEqual({ newInstance: { name: "web" } });
  });

  it.each([
    ["name", { name: "" }],
    ["snapshot_id", { snapshotId: "" }],
    ["new_name", { createNew: true }],
    ["new_name", { newName: "copy" }],
    ["new_namespace", { newNamespace: "bank" }],
    ["new_namespace", { createNew: true, newName: "copy", newNamespace: "a/b" }],
    ["mode", { mode: 9 as RestoreMode }],
    ["mode", { mode: RestoreMode.REPLACE, namespaces: ["a"] }],
    ["pre_restore_snapshot", { createNew: true, newName: "copy", preRestoreSnapshot: true }],
  ])("is refused for its %s: %j", (field, more) => {
    expect(restoreViolations(asked(more)).map((violation) => violation.field)).toContain(field);
  });
});

describe("the name of an object that a request does not name", () => {
  it("is the same for the same id, and never for calls without one", () => {
    expect(madeName("web", "ann", "1")).toBe(madeName("web", "ann", "1"));
    expect(madeName("web", "ann", "1")).toMatch(/^web-[0-9a-f]{10}$/);
    expect(madeName("web", "ann", "1")).not.toBe(madeName("web", "bob", "1"));
    expect(madeName("web", "ann", "")).not.toBe(madeName("web", "ann", ""));
  });
});
