// Writes the layers of the image below a directory, for the Dockerfile to copy:
//   node deploy/image/scripts/stage.ts PATH-OF-HELM DIRECTORY
import { join } from "node:path";
import { productContents } from "../src/contents.ts";
import { stageLayer } from "../src/stage.ts";

const [helm = "", directory = ""] = process.argv.slice(2);
const { base, app } = await productContents(join(import.meta.dirname, "..", "..", ".."), helm);
stageLayer(join(directory, "base"), base);
stageLayer(join(directory, "app"), app);
