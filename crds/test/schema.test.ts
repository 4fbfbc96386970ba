import { describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import {
  API_VERSION,
  GROUP,
  VCLUSTER_INSTANCE,
  VCLUSTER_OPERATION,
  VCLUSTER_RESTORE,
  VCLUSTER_SNAPSHOT,
  VCLUSTER_SNAPSHOT_LOCATION,
  VERSION,
} from "../src/group.ts";
import * as keys from "../src/keys.ts";
import { KINDS } from "./kinds.ts";
import { definitionText, schemaNodes } from "./schema-nodes.ts";

describe.each(KINDS)("the schema of $kind", ({ kind, defaults }) => {
  const nodes = schemaNodes(kind).filter(({ path }) => path !== "metadata");

  it("describes every field", () => {
    const silent = nodes.filter(
      ({ path, node }) => node.description === undefined && !path.endsWith(".*"),
    );
    expect(silent).toEqual([]);
  });

  it("bounds every text, list and map, so that rules stay within the cost budget", () => {
    const unbounded = nodes.filter(({ path, node }) => {
      if (!/^(spec|status)\b/.test(path)) return false;
      if (node.type === "string")
        return [node.maxLength, node.enum, node.format].every((x) => x === undefined);
      if (node.type === "array") return node.maxItems === undefined;
      const map = node.additionalProperties ?? node["x-kubernetes-preserve-unknown-fields"];
      return map !== undefined && node.maxProperties === undefined;
    });
    expect(unbounded).toEqual([]);
  });

  it("says how every list is merged", () => {
    const lists = nodes.filter(({ node }) => node.type === "array");
    expect(lists.filter(({ node }) => node["x-kubernetes-list-type"] === undefined)).toEqual([]);
  });

  it("keeps the status apart from the spec", () => {
    const { spec } = parse(definitionText(kind)) as {
      readonly spec: { readonly versions: readonly { readonly subresources?: object }[] };
    };
    for (const { subresources } of spec.versions) {
      expect(subresources).toMatchObject({ status: expect.any(Object) as object });
    }
  });

  it("defaults nothing else", () => {
    const defaulted = nodes.filter(({ node }) => node.default !== undefined);
    expect(defaulted.map(({ path }) => path)).toEqual(defaults);
  });
});

describe("the constants", () => {
  it.each([
    VCLUSTER_INSTANCE,
    VCLUSTER_OPERATION,
    VCLUSTER_SNAPSHOT_LOCATION,
    VCLUSTER_SNAPSHOT,
    VCLUSTER_RESTORE,
  ])("name what the schema of $kind names", (type) => {
    const text = definitionText(type.kind);
    expect(text).toContain(`name: ${type.plural}.${GROUP}`);
    expect(text).toContain(`kind: ${type.kind}`);
    expect(API_VERSION).toBe(`${type.group}/${type.version}`);
    expect(text).toContain(`- name: ${VERSION}`);
  });

  it("keep every label and annotation in the group, each once", () => {
    const all = Object.values(keys);
    expect(new Set(all).size).toBe(all.length);
    for (const key of all) expect(key).toMatch(/^openvcluster\.io\/[a-z][a-z-]{1,62}$/);
  });
});
