import { describe, expect, it } from "@jest/globals";
import { builtIn } from "../testing/stored-values.ts";
import { createInventory, type Inventory } from "./inventory.ts";

function addTo(inventory: Inventory, key: string, value: Uint8Array, isLeased = false): void {
  inventory.add({ key: Buffer.from(key), valueBytes: value.length, isLeased }, value);
}

describe("createInventory", () => {
  it("counts keys, bytes, leases and types of each prefix", () => {
    const inventory = createInventory();
    const pod = builtIn({ kind: "Pod", namespace: "team", name: "web" });
    const slice = (version: string): Uint8Array =>
      builtIn({ apiVersion: `discovery.k8s.io/${version}`, kind: "EndpointSlice", name: "web" });
    addTo(inventory, "/registry/pods/team/web", pod);
    addTo(inventory, "/registry/pods/team/web-1", Buffer.from("k8s:enc:secret"));
    addTo(inventory, "/registry/endpointslices/team/a", slice("v1beta1"), true);
    addTo(inventory, "/registry/endpointslices/team/b", slice("v1"));
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

  it("keeps the types that were found before where values are not read again", () => {
    const before = [
      { prefix: "/registry/pods/", gvks: ["v1/Pod"], n: 5, bytes: 50, leased: 0 },
      { prefix: "/registry/gone/", gvks: ["v1/Gone"], n: 1, bytes: 1, leased: 0 },
    ];
    const inventory = createInventory(before);
    const key = Buffer.from("/registry/pods/team/web");
    inventory.add({ key, valueBytes: 7, isLeased: false });
    expect(inventory.entries()).toEqual([
      { prefix: "/registry/pods/", gvks: ["v1/Pod"], n: 1, bytes: 7, leased: 0 },
    ]);
  });

  it("tells prefixes and types apart where they change from key to key", () => {
    const inventory = createInventory();
    const keys = [
      "/registry/a/x",
      "/registry/a/x/y",
      "/registry/a/x/y/z",
      "/registry/ab/x",
      "/other",
    ];
    for (const [at, key] of keys.entries()) {
      addTo(inventory, key, builtIn({ kind: `Kind${at % 2}`, name: "x" }));
    }
    addTo(inventory, "/registry/ab/y", Buffer.from('{"apiVersion":"v1","kind":"Json"}'));
    const found = inventory.entries().map(({ prefix, n, gvks }) => [prefix, n, gvks.join()]);
    expect(found).toEqual([
      ["/", 1, "v1/Kind0"],
      ["/registry/a/", 2, "v1/Kind0,v1/Kind1"],
      ["/registry/a/x/y/", 1, "v1/Kind0"],
      ["/registry/ab/", 2, "v1/Json,v1/Kind1"],
    ]);
  });
});
