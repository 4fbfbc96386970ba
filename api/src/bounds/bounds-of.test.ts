import type { DescField } from "@bufbuild/protobuf";
import { describe, expect, it } from "@jest/globals";
import { file_vcluster_api_v1_operation_service } from "../gen/vcluster/api/v1/operation_service_pb.ts";
import { file_vcluster_api_v1_snapshot_service } from "../gen/vcluster/api/v1/snapshot_service_pb.ts";
import { file_vcluster_api_v1_vcluster } from "../gen/vcluster/api/v1/vcluster_pb.ts";
import { file_vcluster_api_v1_vcluster_service } from "../gen/vcluster/api/v1/vcluster_service_pb.ts";
import { boundsAt } from "./bounds-of.ts";
import { REQUEST_BOUNDS } from "./request-bounds.ts";
import { SPEC_BOUNDS } from "./spec-bounds.ts";

const FIELDS: ReadonlyMap<string, DescField> = new Map(
  [
    file_vcluster_api_v1_vcluster,
    file_vcluster_api_v1_vcluster_service,
    file_vcluster_api_v1_operation_service,
    file_vcluster_api_v1_snapshot_service,
  ]
    .flatMap(({ messages }) => messages)
    .flatMap(({ name, fields }) =>
      fields.map((field) => [`${name}.${field.name}`, field] as const),
    ),
);

describe("bounds", () => {
  it.each(Object.entries({ ...SPEC_BOUNDS, ...REQUEST_BOUNDS }))(
    "of %s fit its type",
    (key, bounds) => {
      const field = FIELDS.get(key);
      const { maxLength, pattern, minimum, maximum, maxEntries } = bounds;
      const isMany = field?.fieldKind === "list" || field?.fieldKind === "map";
      expect([key, maxEntries !== undefined && !isMany]).toEqual([key, false]);
      expect(field?.fieldKind === "scalar" || isMany).toBe(true);
      expect(minimum === undefined || maximum === undefined || minimum < maximum).toBe(true);
      if (pattern === undefined) return;
      expect(pattern).toMatch(/^\^.*\$$/);
      expect([new RegExp(pattern).test(""), maxLength === undefined]).toEqual([false, false]);
    },
  );

  it("are not given for a field that has none", () => {
    expect(() => boundsAt("VCluster.id")).toThrow("VCluster.id has no bounds");
    expect(() => boundsAt("VClusterSpec.replicas", "maximum")).toThrow("maximum");
  });
});
