import { writeFile } from "node:fs/promises";
import { DASHBOARD, dashboardJson } from "./dashboard.ts";

await writeFile(DASHBOARD, dashboardJson());
