import { linkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildProductImage } from "@open-vcluster/image";
import { cacheFor } from "../e2e/testbed/binaries/cache.ts";
import { locateBinaries } from "../e2e/testbed/binaries/locate.ts";
import { placesOf } from "../e2e/testbed/host/places.ts";
import { runVerb } from "./local/verb.ts";

await runVerb(async ({ checkout, progress, signal }) => {
  const cache = cacheFor(placesOf(process.env).cacheRoot);
  const programs = await locateBinaries(["helm", "kine"], {
    cache,
    progress,
    env: process.env,
    signal,
  });
  const directory = join(checkout.localDirectory, "image");
  const { reference, path, billOfMaterials } = await progress.step("Building the image", () =>
    buildProductImage({ programs, directory }),
  );
  const archive = join(checkout.localDirectory, "image.tar");
  rmSync(archive, { force: true });
  linkSync(path, archive);
  writeFileSync(join(checkout.localDirectory, "sbom.cdx.json"), billOfMaterials);
  process.stdout.write(`
${reference} is in .local/image.tar, an OCI archive; what is inside is listed in .local/sbom.cdx.json. For example:
  ctr --namespace k8s.io images import .local/image.tar
  skopeo copy oci-archive:.local/image.tar docker://REGISTRY/NAME:TAG
`);
});
