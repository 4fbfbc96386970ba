import { mkdir, writeFile } from "node:fs/promises";
import { apiFieldsPage } from "./api-fields.ts";
import { facadeConfigurationPage } from "./configuration.ts";
import { facadeMetricsPage } from "./metrics.ts";

const folder = new URL("../../docs/reference/", import.meta.url);
await mkdir(folder, { recursive: true });
await writeFile(new URL("api-fields.md", folder), apiFieldsPage());
await writeFile(new URL("facade-configuration.md", folder), facadeConfigurationPage());
await writeFile(new URL("facade-metrics.md", folder), await facadeMetricsPage());
