import { writeFileSync } from "node:fs";
import { cacheFor } from "../../e2e/testbed/binaries/cache.ts";
import { prepareCharts } from "../../e2e/testbed/binaries/charts.ts";
import { locateBinaries } from "../../e2e/testbed/binaries/locate.ts";
import { placesOf } from "../../e2e/testbed/host/places.ts";
import { createProgress } from "../../e2e/testbed/progress.ts";
import { permissionFiles } from "./permissions/outputs.ts";
import { plainManifests } from "./plain-manifests.ts";

const progress = createProgress((line) => process.stdout.write(`${line}\n`));
const cache = cacheFor(placesOf(process.env).cacheRoot);
const { signal } = new AbortController();
const { helm } = await locateBinaries(["helm"], { cache, progress, env: process.env, signal });
const charts = await prepareCharts(helm, { cache, progress });
// The chart renders the rules that the first of these writes.
for (const { path, text } of await permissionFiles({ helm, charts })) writeFileSync(path, text);
const plain = await plainManifests(helm);
writeFileSync(plain.path, plain.text);
