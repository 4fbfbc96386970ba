import { describe, expect, it } from "@jest/globals";
import { chooseSubnets, subnetsOf } from "./subnet.ts";

describe("chooseSubnets", () => {
  it("takes the first networks on an empty machine", () => {
    expect(chooseSubnets([], [])).toEqual(subnetsOf(0));
  });

  it.each([
    ["an address in the link", ["10.86.0.1"], []],
    ["a route that contains the pods", ["10.128.0.0/16"], []],
    ["a route into the services", ["10.160.7.0/24"], []],
    ["a device of the same name", [], ["lo", "ovc0"]],
  ])("leaves out networks that collide with %s", (_case, used, devices) => {
    expect(chooseSubnets(used, devices)).toEqual(subnetsOf(1));
  });

  it("says what to do when nothing is free", () => {
    expect(() => chooseSubnets(["10.0.0.0/8"], [])).toThrow("stop another testbed");
  });
});
