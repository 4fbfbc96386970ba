import { describe, expect, it } from "@jest/globals";
import { changesBetween, deletionChanges } from "./changes.ts";
import { instance } from "./testing/build.ts";
import { createdFrom, update } from "./testing/requests.ts";
import { updated } from "./update.ts";

const rows = (changes: ReturnType<typeof changesBetween>): string[][] =>
  changes.map(({ path, before, after }) => [path, before, after]);

describe("changesBetween", () => {
  it("tells what a creation sets", () => {
    const made = createdFrom({ distro: "k8s", network: { dns: { searches: ["a", "b"] } } });
    expect(rows(changesBetween(undefined, made))).toEqual([
      ["name", "", '"shop"'],
      ["namespace", "", '"default"'],
      ["spec.replicas", "", "1"],
      ["spec.network.dns.searches", "", '["a","b"]'],
      ["spec.distro", "", '"k8s"'],
      ["owner", "", '"ann"'],
    ]);
  });

  it("tells what an update changes, field by field, and nothing else", () => {
    const current = instance({
      spec: {
        controlPlane: { resources: { limits: { memory: "1Gi" } } },
        deletionProtection: true,
      },
      metadata: { labels: { b: "2", a: "1" } },
    });
    const request = update(
      { resources: { memoryLimit: "2Gi" } },
      ["spec.resources.memory_limit", "spec.deletion_protection", "labels"],
      { a: "1" },
    );
    expect(rows(changesBetween(current, updated(current, request)))).toEqual([
      ["spec.resources.memory_limit", '"1Gi"', '"2Gi"'],
      ["spec.deletion_protection", "true", ""],
      ["labels", '{"a":"1","b":"2"}', '{"a":"1"}'],
    ]);
  });

  it("tells nothing of output", () => {
    const later = instance({ metadata: { resourceVersion: "99" }, status: { phase: "Running" } });
    expect(changesBetween(instance(), later)).toEqual([]);
  });
});

describe("deletionChanges", () => {
  it("tells what goes", () => {
    expect(rows(deletionChanges(instance({ spec: { owner: "ann" } })))).toEqual([
      ["name", '"shop"', ""],
      ["namespace", '"team-a"', ""],
      ["spec.replicas", "1", ""],
      ["owner", '"ann"', ""],
    ]);
  });
});
