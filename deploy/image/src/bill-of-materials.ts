import type { Component } from "./component.ts";

/** The product that the bill is for. */
export interface Product {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
}

/**
 * A bill of materials in CycloneDX 1.6 JSON: https://cyclonedx.org/docs/1.6/json/. It has no time and no serial number,
 * so that the same content gives the same bytes. Pure.
 */
export function billOfMaterials(product: Product, components: readonly Component[]): string {
  const { name, version, licence } = product;
  const reference = `pkg:generic/${name}@${version}`;
  const bill = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      component: {
        type: "container",
        "bom-ref": reference,
        name,
        version,
        licenses: [{ expression: licence }],
        purl: reference,
      },
    },
    components: components.map((each) => ({
      type: "library",
      "bom-ref": each.purl,
      name: each.name,
      ...(each.version === "" ? {} : { version: each.version }),
      licenses: [licenceOf(each)],
      purl: each.purl,
    })),
    dependencies: [{ ref: reference, dependsOn: components.map(({ purl }) => purl) }],
  };
  return `${JSON.stringify(bill, undefined, 2)}\n`;
}

/** NOASSERTION is a word of SPDX documents, but no expression. */
function licenceOf({ licence }: Component): object {
  return licence === "NOASSERTION" ? { license: { name: licence } } : { expression: licence };
}
