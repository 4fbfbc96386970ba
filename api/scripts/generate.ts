import { writeFile } from "node:fs/promises";
import { OPENAPI_FILE, openApiText } from "./outputs.ts";

await writeFile(OPENAPI_FILE, openApiText());
