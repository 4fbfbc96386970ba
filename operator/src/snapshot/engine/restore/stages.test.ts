import { describe, expect, it } from "@jest/globals";
import { ALL_KEYS } from "../source/key-order.ts";
import { writeStages } from "./stages.ts";

const stageOf = (key: string): number =>
  writeStages().findIndex((ranges) =>
    ranges.some(
      ({ from, to }) =>
        Buffer.compare(from, Buffer.from(key)) <= 0 && Buffer.compare(Buffer.from(key), to) < 0,
    ),
  );

describe("writeStages", () => {
  it("holds every key once", () => {
    const ranges = writeStages()
      .flat()
      .toSorted((a, b) => Buffer.compare(a.from, b.from));
    let end = ALL_KEYS.from;
    for (const { from, to } of ranges) {
      expect(Buffer.compare(from, end)).toBe(0);
      end = to;
    }
    expect(Buffer.compare(end, ALL_KEYS.to)).toBe(0);
  });

  it("writes what others need before them", () => {
    const order = [
      "/registry/namespaces/team",
      "/registry/apiextensions.k8s.io/customresourcedefinitions/widgets.acme.io",
      "/registry/clusterroles/admin",
      "/registry/configmaps/team/web",
      "/registry/deployments/team/web",
      "/registry/replicasets/team/web-1",
      "/registry/pods/team/web-1-2",
    ].map(stageOf);
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(stageOf("/registry/acme.io/widgets/team/a")).toBe(stageOf("/vcluster/mappings/a"));
  });
});
