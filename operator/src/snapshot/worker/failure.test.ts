import { describe, expect, it } from "@jest/globals";
import { KvError, ObjectStoreError, RestoreError, SnapshotError } from "../engine/index.ts";
import { failureOf } from "./failure.ts";
import type { DeleteTask } from "./task.ts";

const task: DeleteTask = {
  operation: "delete",
  repository: { store: { kind: "directory", path: "/repository" }, create: false },
  subject: { uid: "uid-1", name: "dev", namespace: "team" },
  snapId: "20261121T051000Z-a1b2c3",
  graceSeconds: 0,
};
const manifest = (snapId: string): string => `snapshots/uid-1/${snapId}/manifest.json`;

describe("failureOf", () => {
  it.each([
    [new SnapshotError("Missing", manifest(task.snapId), "is not there"), "SnapshotMissing", false],
    [
      new SnapshotError("Missing", manifest("20261120T051000Z-a1b2c3"), "is not there"),
      "SnapshotDamaged",
      false,
    ],
    [new SnapshotError("WrongKey", "repo.json", "another key"), "WrongKey", false],
    [new SnapshotError("Locked", "locks/uid-1/x", "another writer is at work"), "Locked", true],
    [new ObjectStoreError("ClockSkew", "repo.json", "clocks"), "ClockSkewed", true],
    [new ObjectStoreError("Full", "chunks/a", "no room"), "VolumeFull", false],
    [new KvError("Compacted", "compacted"), "StoreCompacted", true],
    [new KvError("NoSpace", "quota"), "StoreFull", false],
    [new RestoreError("Contended", "others write"), "StoreContended", true],
  ])("tells %s apart", (error, reason, retry) => {
    const failure = failureOf(error, task);
    expect(failure).toMatchObject({ ok: false, reason, retry });
    expect(failure.message).toMatch(/^.*\. [A-Z].*\.$/s);
  });

  it("says nothing of what nobody foresaw", () => {
    const failure = failureOf(new Error("the secret is hidden"), task);
    expect(failure).toMatchObject({ reason: "Unexpected", retry: true });
    expect(failure.message).not.toContain("hidden");
  });
});
