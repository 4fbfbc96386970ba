import { mkdir, writeFile } from "node:fs/promises";
import { configurationPage } from "./configuration.ts";
import { operatorMetricsPage } from "./metrics.ts";
import { refusedValuesPage } from "./refused-values.ts";

const folder = new URL("../../docs/reference/", import.meta.url);
await mkdir(folder, { recursive: true });
await writeFile(new URL("refused-values.md", folder), refusedValuesPage());
await writeFile(new URL("configuration.md", folder), configurationPage());
await writeFile(new URL("metrics.md", folder), await operatorMetricsPage());
