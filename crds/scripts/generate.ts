import { mkdir, writeFile } from "node:fs/promises";
import { GENERATED_FILES } from "./outputs.ts";

for (const { url, text } of GENERATED_FILES) {
  await mkdir(new URL(".", url), { recursive: true });
  await writeFile(url, await text());
}
