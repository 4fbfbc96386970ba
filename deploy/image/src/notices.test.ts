import { describe, expect, it } from "@jest/globals";
import { billOfMaterials } from "./bill-of-materials.ts";
import { type Component, distinct } from "./component.ts";
import { notices } from "./notices.ts";

const component = (name: string, more: Partial<Component> = {}): Component => ({
  name,
  version: "1.0.0",
  purl: `pkg:npm/${name}@1.0.0`,
  licence: "MIT",
  texts: ["Permission is hereby granted"],
  ...more,
});

describe("distinct", () => {
  it("counts the same package once and sorts", () => {
    const names = distinct([component("b"), component("a"), component("b")]).map(
      ({ name }) => name,
    );
    expect(names).toEqual(["a", "b"]);
  });
});

describe("notices", () => {
  it("prints equal terms once, below all that they are for", () => {
    const text = notices([
      component("a"),
      component("b"),
      component("c", { texts: ["Other terms"] }),
    ]);
    expect(text).toContain("a 1.0.0: MIT\nb 1.0.0: MIT\n\nPermission is hereby granted\n");
    expect(text).toContain("c 1.0.0: MIT\n\nOther terms\n");
    expect(text.match(/Permission/g)).toHaveLength(1);
  });

  it("says so when no text comes with something", () => {
    expect(notices([component("a", { texts: [] })])).toContain("No text comes with these");
  });
});

describe("billOfMaterials", () => {
  const product = { name: "open-vcluster", version: "0.1.0", licence: "Apache-2.0" };

  it("lists what is inside and what depends on it", () => {
    const bill = JSON.parse(billOfMaterials(product, [component("a")])) as object;
    expect(bill).toMatchObject({
      bomFormat: "CycloneDX",
      metadata: { component: { name: "open-vcluster", version: "0.1.0" } },
      components: [
        { name: "a", version: "1.0.0", purl: "pkg:npm/a@1.0.0", licenses: [{ expression: "MIT" }] },
      ],
      dependencies: [{ ref: "pkg:generic/open-vcluster@0.1.0", dependsOn: ["pkg:npm/a@1.0.0"] }],
    });
  });

  it("asserts nothing of a licence that nobody looked up", () => {
    const unknown = component("a", { version: "", licence: "NOASSERTION" });
    expect(JSON.parse(billOfMaterials(product, [unknown]))).toMatchObject({
      components: [{ licenses: [{ license: { name: "NOASSERTION" } }] }],
    });
  });
});
