import { mkdir, writeFile } from "node:fs/promises";
import { refusedValuesPage } from "./refused-values.ts";

const page = new URL("../../docs/reference/refused-values.md", import.meta.url);
await mkdir(new URL(".", page), { recursive: true });
await writeFile(page, refusedValuesPage());
