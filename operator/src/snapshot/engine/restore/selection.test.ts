import { describe, expect, it } from "@jest/globals";
import { builtIn } from "../testing/stored-values.ts";
import { type Selection, selectsValue } from "./selection.ts";

const deployment = builtIn({
  apiVersion: "apps/v1",
  kind: "Deployment",
  namespace: "team",
  name: "web",
  labels: { app: "web" },
});
const pod = builtIn({ kind: "Pod", namespace: "team", name: "web" });

describe("selectsValue", () => {
  it.each<[string, Selection, boolean]>([
    ["nothing asked", {}, true],
    ["its kind", { kinds: ["deployments.apps"] }, true],
    ["another group", { kinds: ["deployments"] }, false],
    ["one of the values", { labels: [{ key: "app", operator: "In", values: ["web"] }] }, true],
    ["none of the values", { labels: [{ key: "app", operator: "In", values: ["db"] }] }, false],
    ["not a value", { labels: [{ key: "app", operator: "NotIn", values: ["web"] }] }, false],
    ["not a value it lacks", { labels: [{ key: "tier", operator: "NotIn", values: ["a"] }] }, true],
    ["a label", { labels: [{ key: "app", operator: "Exists" }] }, true],
    ["a label it lacks", { labels: [{ key: "tier", operator: "Exists" }] }, false],
    ["no label", { labels: [{ key: "app", operator: "DoesNotExist" }] }, false],
    ["kind and label", { kinds: ["pods"], labels: [{ key: "app", operator: "Exists" }] }, false],
  ])("decides on %s", (_, selection, isSelected) => {
    expect(selectsValue(selection, deployment)).toBe(isSelected);
  });

  it("names resources of the core group alone", () => {
    expect(selectsValue({ kinds: ["pods"] }, pod)).toBe(true);
  });

  it.each([
    ["NetworkPolicy", "networkpolicies"],
    ["StorageClass", "storageclasses"],
    ["Endpoints", "endpoints"],
    ["Gateway", "gateways"],
  ])("knows the resource of %s", (kind, resource) => {
    const value = builtIn({ kind, namespace: "team", name: "web" });
    expect(selectsValue({ kinds: [resource] }, value)).toBe(true);
  });

  it("selects nothing that it cannot read", () => {
    const labels = [{ key: "app", operator: "DoesNotExist" }] as const;
    expect(selectsValue({ labels }, Buffer.from("k8s:enc:x"))).toBe(false);
  });
});
