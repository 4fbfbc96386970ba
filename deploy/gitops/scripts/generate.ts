import { writeFile } from "node:fs/promises";
import { ARGOCD_CONFIG, argocdConfig } from "./argocd-config.ts";

await writeFile(ARGOCD_CONFIG, argocdConfig());
