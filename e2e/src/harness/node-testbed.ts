import type { ProductImage } from "@open-vcluster/image";
import { placesOf } from "../../testbed/host/places.ts";
import { loadProductImage } from "../../testbed/images/product.ts";
import type { Testbed } from "../../testbed/info.ts";
import { attachTestbed } from "../../testbed/testbed.ts";
import type { TestbedFacts } from "./environment.ts";

/** The handle of the test run's testbed. */
export function testbedOfRun({ name }: TestbedFacts): Testbed {
  const testbed = attachTestbed(placesOf(process.env).testbedsRoot, name);
  if (testbed === undefined) throw new Error(`Testbed ${name} does not run`);
  return testbed;
}

/** Gives the product's image to the test run's node. */
export function loadImage(facts: TestbedFacts): Promise<ProductImage> {
  return loadProductImage(testbedOfRun(facts));
}
