import { describe, expect, it } from "@jest/globals";
import type { Layer } from "../format/manifest.ts";
import type { Snapshot } from "../read/snapshot.ts";
import { CHAIN_LIMITS, planSnapshot } from "./plan.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const lineage = { id: "one", clusterId: "7" };
const live = { lineage, revision: 500 };

/** A chain whose base has 100 bytes. */
function chain(deltas: readonly number[], snapId = "20261121T051000Z-a1b2c3"): Snapshot {
  const layers = [100, ...deltas].map((storedBytes) => ({ snapId, chunks: [{ storedBytes }] }));
  return {
    manifest: {
      header: { revision: 400, chainLength: deltas.length },
      body: { lineage },
    } as unknown as Snapshot["manifest"],
    layers: layers as unknown as readonly [Layer, ...Layer[]],
  };
}

const plan = (parent: Snapshot | undefined, store = live): object =>
  planSnapshot(parent, store, CHAIN_LIMITS, NOW);

describe("planSnapshot", () => {
  it.each([
    { name: "without a parent", parent: undefined, store: live },
    { name: "in another lineage", store: { ...live, lineage: { id: "two", clusterId: "7" } } },
    { name: "of another cluster", store: { ...live, lineage: { id: "one", clusterId: "8" } } },
    { name: "after a turn back", store: { ...live, revision: 399 } },
  ])("is full $name", ({ store, ...row }) => {
    expect(plan("parent" in row ? row.parent : chain([1]), store)).toMatchObject({ kind: "full" });
  });

  it.each([
    { name: "upon a base", parent: chain([]), rebase: false },
    { name: "upon a chain", parent: chain([1, 1]), rebase: false },
    {
      name: "upon a chain of many",
      parent: chain(Array.from({ length: 48 }, () => 0)),
      rebase: true,
    },
    { name: "upon a large chain", parent: chain([20, 16]), rebase: true },
    { name: "upon an old base", parent: chain([1], "20261120T115959Z-a1b2c3"), rebase: true },
    { name: "upon an old full", parent: chain([], "20261101T000000Z-a1b2c3"), rebase: false },
  ])("is incremental $name, rebased: $rebase", ({ parent, rebase }) => {
    expect(plan(parent)).toMatchObject({ kind: "incremental", rebase });
  });
});
