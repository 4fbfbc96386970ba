import { describe, expect, it } from "@jest/globals";
import { builtIn, message, runningPod } from "../testing/stored-values.ts";
import { unboundClaim, unboundPod, untokenedSecret } from "./value-edit.ts";

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

describe("unboundClaim", () => {
  const bound = { "pv.kubernetes.io/bind-completed": "yes" };
  const byController = { ...bound, "pv.kubernetes.io/bound-by-controller": "yes" };
  const claim = (annotations: Readonly<Record<string, string>>, volume?: string): Uint8Array =>
    builtIn({
      ...{ kind: "PersistentVolumeClaim", namespace: "team", name: "data", annotations },
      fields: {
        2: message({ 1: "ReadWriteOnce", ...(volume === undefined ? {} : { 3: volume }) }),
        ...(volume === undefined ? {} : { 3: message({ 1: "Bound" }) }),
      },
    });
  const kept = { mine: "yes" };
  const was = claim({ ...kept, ...byController }, "pvc-1");

  it("lets a volume be made again for one whose volume is gone, or is another one", () => {
    for (const live of [undefined, claim(byController, "pvc-2"), claim({})]) {
      expect(Buffer.from(unboundClaim(was, live) ?? []).equals(claim(kept))).toBe(true);
    }
  });

  it("leaves one bound that is bound to its volume still, or by its user", () => {
    expect(unboundClaim(was, claim(byController, "pvc-1"))).toBe(was);
    const mine = claim(bound, "pv-of-mine");
    expect(Buffer.from(unboundClaim(mine) ?? []).equals(mine)).toBe(true);
  });

  it("does to its own work nothing more", () => {
    const once = unboundClaim(was) ?? new Uint8Array();
    expect(Buffer.from(unboundClaim(was, once) ?? []).equals(once)).toBe(true);
  });
});
