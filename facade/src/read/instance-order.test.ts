import { describe, expect, it } from "@jest/globals";
import type { VClusterInstance } from "@open-vcluster/crds";
import { instanceOrder } from "./instance-order.ts";
import { pageOf } from "./page.ts";

function instance(name: string, namespace: string, second: number): VClusterInstance {
  const creationTimestamp = new Date(second * 1_000).toISOString();
  return { apiVersion: "", kind: "", metadata: { name, namespace, creationTimestamp }, spec: {} };
}

const all = [instance("b", "x", 1), instance("a", "y", 3), instance("a", "x", 2)];

function namesBy(orderBy: string): readonly string[] {
  const { items } = pageOf(all, instanceOrder(orderBy), 10, undefined);
  return items.map(({ metadata }) => `${metadata.namespace ?? ""}/${metadata.name}`);
}

describe("order_by", () => {
  it.each([
    ["", ["x/a", "y/a", "x/b"]],
    ["name", ["x/a", "y/a", "x/b"]],
    ["-name", ["x/b", "x/a", "y/a"]],
    ["name desc", ["x/b", "x/a", "y/a"]],
    ["create_time", ["x/b", "x/a", "y/a"]],
    ["-create_time", ["y/a", "x/a", "x/b"]],
    ["create_time asc", ["x/b", "x/a", "y/a"]],
    ["namespace", ["x/a", "x/b", "y/a"]],
  ])("%j", (orderBy, expected) => {
    expect(namesBy(orderBy)).toEqual(expected);
  });

  it.each(["status", "-", "name,create_time", "-name desc", "toString", "name down"])(
    "refuses %j by its name",
    (orderBy) => {
      expect(() => instanceOrder(orderBy)).toThrow(
        expect.objectContaining({ violations: [expect.objectContaining({ field: "order_by" })] }),
      );
    },
  );
});
