import { join } from "node:path";
import { copiedFiles } from "./copied-files.ts";
import type { GeneratedFile } from "./generated-file.ts";
import { CHART_VALUES } from "./values/chart-values.ts";
import { valuesFile } from "./values/values-file.ts";
import { valuesPage } from "./values/values-page.ts";
import { valuesSchema } from "./values/values-schema.ts";

const DEPLOY = join(import.meta.dirname, "..");
const REFERENCE = join(DEPLOY, "../docs/reference");

/** Everything that `npm run generate` writes here. */
export function generatedFiles(): readonly GeneratedFile[] {
  return [
    { path: join(DEPLOY, "chart/values.yaml"), text: valuesFile(CHART_VALUES) },
    { path: join(DEPLOY, "chart/values.schema.json"), text: valuesSchema(CHART_VALUES) },
    { path: join(REFERENCE, "chart-values.md"), text: valuesPage(CHART_VALUES) },
    ...copiedFiles(),
  ];
}
