import { readFile, writeFile } from "node:fs/promises";
import { instanceTypes } from "./instance-types.ts";

const yamlFile: URL = new URL("../vclusterinstances.yaml", import.meta.url);
const typesFile: URL = new URL("../src/gen/vcluster-instance.ts", import.meta.url);

await writeFile(typesFile, await instanceTypes(await readFile(yamlFile, "utf8")));
