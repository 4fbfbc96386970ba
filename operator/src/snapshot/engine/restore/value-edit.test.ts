import { describe, expect, it } from "@jest/globals";
import { builtIn, message, runningPod } from "../testing/stored-values.ts";
import { unboundPod, untokenedSecret } from "./value-edit.ts";

const secret = (type: string, data: string): Uint8Array =>
  builtIn({ kind: "Secret", name: "s", fields: { 2: data, 3: type } });

describe("unboundPod", () => {
  it("takes the node and the status away, and nothing else", () => {
    const spec = message({ 2: "container", 19: "scheduler" });
    const unbound = builtIn({ kind: "Pod", namespace: "team", name: "web", fields: { 2: spec } });
    expect(Buffer.from(unboundPod(runningPod("team", "web")) ?? []).equals(unbound)).toBe(true);
    expect(Buffer.from(unboundPod(unbound) ?? []).equals(unbound)).toBe(true);
  });

  it.each(["Succeeded", "Failed"])("leaves a pod that ended as it is: %s", (phase) => {
    const spec = message({ 2: "container", 10: "node-1" });
    const fields = { 2: spec, 3: message({ 1: phase }) };
    const ended = builtIn({ kind: "Pod", namespace: "team", name: "job", fields });
    expect(Buffer.from(unboundPod(ended) ?? []).equals(ended)).toBe(true);
  });

  it.each([
    ["is encrypted at rest", Buffer.from("k8s:enc:aescbc:v1:key:x")],
    ["is cut", runningPod("team", "web").subarray(0, 30)],
  ])("gives no value that %s", (_, value) => {
    expect(unboundPod(value)).toBeUndefined();
  });
});

describe("untokenedSecret", () => {
  it("empties a token of a service account, whose controller fills it again", () => {
    const type = "kubernetes.io/service-account-token";
    const emptied = builtIn({ kind: "Secret", name: "s", fields: { 3: type } });
    expect(Buffer.from(untokenedSecret(secret(type, "token")) ?? []).equals(emptied)).toBe(true);
  });

  it("keeps every other Secret", () => {
    const value = secret("Opaque", "password");
    expect(Buffer.from(untokenedSecret(value) ?? []).equals(value)).toBe(true);
  });
});
