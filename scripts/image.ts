import { linkSync, rmSync } from "node:fs";
import { join } from "node:path";
import { buildProductImage } from "@open-vcluster/image";
import { cacheFor } from "../e2e/testbed/binaries/cache.ts";
import { locateBinaries } from "../e2e/testbed/binaries/locate.ts";
import { placesOf } from "../e2e/testbed/host/places.ts";
import { runVerb } from "./local/verb.ts";

await runVerb(async ({ checkout, progress, signal }) => {
  const cache = cacheFor(placesOf(process.env).cacheRoot);
  const { helm } = await locateBinaries(["helm"], { cache, progress, env: process.env, signal });
  const image = await progress.step("Building the image", () => buildProductImage({ helm }));
  const archive = join(checkout.localDirectory, "image.tar");
  rmSync(archive, { force: true });
  linkSync(image.path, archive);
  process.stdout.write(`\n${image.reference} is in ${archive}, an OCI archive. For example:
  ctr --namespace k8s.io images import ${archive}
  skopeo copy oci-archive:${archive} docker://REGISTRY/NAME:TAG
`);
});
