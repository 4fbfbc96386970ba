import { describe, expect, it } from "@jest/globals";
import { builtIn } from "../testing/stored-values.ts";
import { createInventory } from "./inventory.ts";

const record = (key: string, value: Uint8Array, leaseTtl = 0) => ({
  ...{ key: Buffer.from(key), value, leaseTtl },
  ...{ createRevision: 1, modRevision: 1, version: 1 },
});

describe("createInventory", () => {
  it("counts keys, bytes, leases and types of each prefix", () => {
    const inventory = createInventory();
    const pod = builtIn({ kind: "Pod", namespace: "team", name: "web" });
    const slice = (version: string): Uint8Array =>
      builtIn({ apiVersion: `discovery.k8s.io/${version}`, kind: "EndpointSlice", name: "web" });
    inventory.add(record("/registry/pods/team/web", pod));
    inventory.add(record("/registry/pods/team/web-1", Buffer.from("k8s:enc:secret")));
    inventory.add(record("/registry/endpointslices/team/a", slice("v1beta1"), 60));
    inventory.add(record("/registry/endpointslices/team/b", slice("v1")));
    expect(inventory.entries()).toEqual([
      {
        prefix: "/registry/endpointslices/",
        gvks: ["discovery.k8s.io/v1/EndpointSlice", "discovery.k8s.io/v1beta1/EndpointSlice"],
        n: 2,
        bytes: slice("v1beta1").length + slice("v1").length,
        leased: 1,
      },
      { prefix: "/registry/pods/", gvks: ["v1/Pod"], n: 2, bytes: pod.length + 14, leased: 0 },
    ]);
  });
});
