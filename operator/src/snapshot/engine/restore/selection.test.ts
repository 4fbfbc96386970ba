import { describe, expect, it } from "@jest/globals";
import { builtIn } from "../testing/stored-values.ts";
import { type Selection, selectsValue } from "./selection.ts";

const DEPLOYMENT = "/registry/deployments/team/web";
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
    ["its resource alone", { kinds: ["deployments"] }, true],
    ["another group", { kinds: ["deployments.extensions"] }, false],
    ["one of the values", { labels: [{ key: "app", operator: "In", values: ["web"] }] }, true],
    ["none of the values", { labels: [{ key: "app", operator: "In", values: ["db"] }] }, false],
    ["not a value", { labels: [{ key: "app", operator: "NotIn", values: ["web"] }] }, false],
    ["not a value it lacks", { labels: [{ key: "tier", operator: "NotIn", values: ["a"] }] }, true],
    ["a label", { labels: [{ key: "app", operator: "Exists" }] }, true],
    ["a label it lacks", { labels: [{ key: "tier", operator: "Exists" }] }, false],
    ["no label", { labels: [{ key: "app", operator: "DoesNotExist" }] }, false],
    ["kind and label", { kinds: ["pods"], labels: [{ key: "app", operator: "Exists" }] }, false],
  ])("decides on %s", (_, selection, isSelected) => {
    expect(selectsValue(selection, DEPLOYMENT, deployment)).toBe(isSelected);
  });

  it("names resources of the core group alone", () => {
    expect(selectsValue({ kinds: ["pods"] }, "/registry/pods/team/web", pod)).toBe(true);
  });

  it.each([
    ["NetworkPolicy", "networkpolicies"],
    ["StorageClass", "storageclasses"],
    ["Endpoints", "endpoints"],
    ["Gateway", "gateways"],
  ])("knows the resource of %s", (kind, resource) => {
    const value = builtIn({ kind, namespace: "team", name: "web" });
    expect(selectsValue({ kinds: [resource] }, "/registry/any/team/web", value)).toBe(true);
  });

  it("knows custom resources by their keys, whatever plural they chose", () => {
    const key = "/registry/example.com/indices/team/web";
    const value = Buffer.from(
      '{"apiVersion":"example.com/v1","kind":"Index","metadata":{"name":"web"}}',
    );
    expect(selectsValue({ kinds: ["indices.example.com"] }, key, value)).toBe(true);
    expect(selectsValue({ kinds: ["indices"] }, key, value)).toBe(false);
  });

  it("has no labels of what it cannot read", () => {
    const labels = [{ key: "app", operator: "DoesNotExist" }] as const;
    const value = Buffer.from("k8s:enc:x");
    expect(selectsValue({ labels }, "/registry/secrets/team/web", value)).toBe(false);
    expect(selectsValue({ kinds: ["secrets"] }, "/registry/secrets/team/web", value)).toBe(true);
  });
});
