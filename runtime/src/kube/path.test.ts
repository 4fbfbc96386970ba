import { describe, expect, it } from "@jest/globals";
import type { ResourceType } from "./object.ts";
import { keyText, parseKeyText } from "./object.ts";
import { collectionPath, objectPath, withQuery } from "./path.ts";

const pods: ResourceType = {
  group: "",
  version: "v1",
  plural: "pods",
  kind: "Pod",
  namespaced: true,
};
const roles: ResourceType = {
  group: "rbac.authorization.k8s.io",
  version: "v1",
  plural: "clusterroles",
  kind: "ClusterRole",
  namespaced: false,
};

describe("paths", () => {
  it("name collections and objects of core and other groups", () => {
    expect(collectionPath(pods, undefined)).toBe("/api/v1/pods");
    expect(collectionPath(pods, "n")).toBe("/api/v1/namespaces/n/pods");
    expect(objectPath(pods, { namespace: "n", name: "a" }, "eviction")).toBe(
      "/api/v1/namespaces/n/pods/a/eviction",
    );
    expect(objectPath(roles, { name: "system:x" })).toBe(
      "/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Ax",
    );
  });

  it.each([
    ["an empty name", { namespace: "n", name: "" }],
    ["no namespace", { name: "a" }],
    ["an empty namespace", { namespace: "", name: "a" }],
    ["a slash", { namespace: "n", name: "a/b" }],
    ["dots", { namespace: "..", name: "a" }],
    ["an escape", { namespace: "n", name: "a%2fb" }],
  ])("are refused for %s, which would mean something else", (_name, key) => {
    expect(() => objectPath(pods, key)).toThrow(expect.objectContaining({ kind: "invalid" }));
  });

  it("leave out parameters without a value", () => {
    expect(withQuery("/x", { a: undefined, b: "", c: 0, d: "k=v,x" })).toBe("/x?c=0&d=k%3Dv%2Cx");
    expect(withQuery("/x", undefined)).toBe("/x");
  });

  it("have keys that read back", () => {
    for (const key of [{ name: "a" }, { namespace: "n", name: "a" }]) {
      expect(parseKeyText(keyText(key))).toEqual(key);
    }
  });
});
