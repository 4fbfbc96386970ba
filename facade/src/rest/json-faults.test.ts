import type { JsonValue } from "@bufbuild/protobuf";
import { describe, expect, it } from "@jest/globals";
import { CreateVClusterRequestSchema, ListVClustersRequestSchema } from "@open-vcluster/api";
import { jsonFaults } from "./json-faults.ts";

/** As many as a body may hold. */
const MANY = 200_000;
const PATIENCE_MS = 5_000;

const keys = (count: number): Record<string, JsonValue> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 1]));

describe("a body full of faults", () => {
  it.each([
    ["a list", ListVClustersRequestSchema, { phases: Array.from({ length: MANY }, () => "x") }],
    [
      "a list of objects",
      CreateVClusterRequestSchema,
      { spec: { plugins: Array.from({ length: MANY }, () => ({ name: 1, x: 2 })) } },
    ],
    ["a map", CreateVClusterRequestSchema, { labels: keys(MANY) }],
    ["unknown keys", CreateVClusterRequestSchema, keys(MANY)],
  ])("is looked at until the first 32 of %s", (_, message, json) => {
    const startMs = performance.now();
    expect(jsonFaults(message, json)).toHaveLength(32);
    expect(performance.now() - startMs).toBeLessThan(PATIENCE_MS);
  });

  it("tells what is wrong inside of an object, and of it as a whole only if nothing is", () => {
    const plugins = [{ name: 1 }, 2, { image: "a" }];
    expect(jsonFaults(CreateVClusterRequestSchema, { spec: { plugins } })).toEqual([
      { field: "spec.plugins[0].name", description: "must be a text" },
      { field: "spec.plugins[1]", description: "must be an object" },
    ]);
  });
});
