import { join } from "node:path";
import { buildProductImage, type ProductImage } from "@open-vcluster/image";
import type { Testbed } from "../info.ts";

/**
 * Makes the image of this repository's product available to pods of the testbed; an older one of the same name is
 * replaced, and pods that run it keep running.
 * @returns its reference for pods, and its archive, which is named after its content
 * @throws TestbedError `NoNode` at the control-plane level
 */
export async function loadProductImage(testbed: Testbed): Promise<ProductImage> {
  const { helm, kine } = testbed.binaries;
  if (kine === undefined) throw new Error(`Testbed ${testbed.name} has no kine`);
  const image = await buildProductImage({
    programs: { helm, kine },
    // The node sees little else of this machine.
    directory: join(testbed.directory, "product-image"),
  });
  await testbed.loadImage(image.path);
  return image;
}
