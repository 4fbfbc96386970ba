import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { builtIn } from "../testing/stored-values.ts";
import { storedObjectOf, storedTypeOf } from "./stored-object.ts";

const text = (json: unknown): Buffer => Buffer.from(JSON.stringify(json));

describe("stored objects", () => {
  it("reads type, names and labels of a built-in kind without its schema", () => {
    const value = builtIn({
      apiVersion: "apps/v1",
      kind: "Deployment",
      namespace: "team",
      name: "web",
      labels: { app: "web", tier: "" },
      fields: { 2: "spec", 3: "status" },
    });
    expect(storedTypeOf(value)).toEqual({ apiVersion: "apps/v1", kind: "Deployment" });
    expect(storedObjectOf(value)).toEqual({
      isTerminating: false,
      apiVersion: "apps/v1",
      kind: "Deployment",
      namespace: "team",
      name: "web",
      labels: new Map([
        ["app", "web"],
        ["tier", ""],
      ]),
    });
  });

  it("reads them of a custom resource", () => {
    const metadata = { labels: { app: "web", odd: 1 }, name: "web", namespace: "team" };
    const value = text({ apiVersion: "acme.io/v1", kind: "Widget", metadata, spec: {} });
    expect(storedObjectOf(value)).toEqual({
      isTerminating: false,
      apiVersion: "acme.io/v1",
      kind: "Widget",
      namespace: "team",
      name: "web",
      labels: new Map([["app", "web"]]),
    });
  });

  it.each([
    ["sorted keys", { apiVersion: "acme.io/v1", kind: "Widget", spec: {} }],
    ["TypeMeta first", { kind: "Widget", apiVersion: "acme.io/v1", spec: {} }],
    ["any order", { spec: {}, kind: "Widget", apiVersion: "acme.io/v1" }],
    [
      "a type that is not at the start",
      { a: "x".repeat(600), apiVersion: "acme.io/v1", kind: "Widget" },
    ],
  ])("reads the type of JSON with %s", (_, json) => {
    expect(storedTypeOf(text(json))).toEqual({ apiVersion: "acme.io/v1", kind: "Widget" });
  });

  it.each([
    ["nothing", Buffer.alloc(0)],
    ["text", Buffer.from("2045")],
    ["JSON that is no object", Buffer.from("[1]")],
    ["an object without a type", Buffer.from("{}")],
    ["what is encrypted at rest", Buffer.from("k8s:enc:aescbc:v1:key1:\x01\x02")],
    ["a cut message", builtIn({ kind: "Pod", name: "a" }).subarray(0, 12)],
  ])("knows no object in %s", (_, value) => {
    expect(storedTypeOf(value)).toBeUndefined();
    expect(storedObjectOf(value)).toBeUndefined();
  });

  it("never fails on any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.boolean(), (bytes, isMarked) => {
        const value = isMarked ? Buffer.concat([Buffer.from("k8s\0"), bytes]) : bytes;
        storedObjectOf(value);
        storedTypeOf(value);
      }),
    );
  });
});
