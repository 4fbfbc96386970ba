import { describe, expect, it } from "@jest/globals";
import { earlierOverlap, type Reach, reachOf } from "./reach.ts";

const binding = (role: string, namespace?: string) => ({
  metadata: {
    name: "b",
    ...(namespace === undefined ? {} : { namespace }),
    creationTimestamp: "2026-01-01T00:00:00Z",
  },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
});
const reach = (operatorId: string, second: number, namespace?: string): Reach => ({
  operatorId,
  namespace,
  since: `2026-01-01T00:00:0${String(second)}Z`,
});

describe("reachOf", () => {
  it("reads whose binding it is, and where it holds", () => {
    const since = "2026-01-01T00:00:00Z";
    expect(reachOf(binding("open-vcluster-a-b-operator-instances", "shop"))).toEqual({
      operatorId: "a-b",
      namespace: "shop",
      since,
    });
    expect(reachOf(binding("open-vcluster-a-operator-instances"))).toEqual({
      operatorId: "a",
      namespace: undefined,
      since,
    });
  });

  it.each(["open-vcluster-a-operator", "open-vcluster-a-facade-instances", "view"])(
    "ignores a binding to %s",
    (role) => {
      expect(reachOf(binding(role, "shop"))).toBeUndefined();
    },
  );
});

describe("earlierOverlap", () => {
  it.each<[string, readonly Reach[], string | undefined]>([
    ["nothing else", [reach("us", 1)], undefined],
    ["others elsewhere", [reach("us", 5, "a"), reach("x", 1, "b")], undefined],
    ["one for all that was there before", [reach("us", 5, "a"), reach("x", 1)], "x"],
    ["one for all that came later", [reach("us", 1, "a"), reach("x", 5)], undefined],
    ["one for some, seen from one for all", [reach("us", 5), reach("x", 1, "a")], "x"],
    ["two for all", [reach("us", 5), reach("x", 1)], "x"],
    [
      "one in one of several namespaces",
      [reach("us", 1, "a"), reach("us", 5, "b"), reach("x", 3, "b")],
      "x",
    ],
    ["one of the same second and a smaller id", [reach("us", 1), reach("a", 1, "n")], "a"],
    ["one of the same second and a greater id", [reach("us", 1), reach("z", 1, "n")], undefined],
    ["no binding of its own", [reach("x", 1)], undefined],
  ])("with %s", (_name, reaches, expected) => {
    expect(earlierOverlap("us", reaches)?.operatorId).toBe(expected);
  });
});
