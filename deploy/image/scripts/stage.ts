// Writes the layers of the image below a directory, for the Dockerfile to copy:
//   node deploy/image/scripts/stage.ts PATH-OF-HELM PATH-OF-KINE DIRECTORY
import { join } from "node:path";
import { productContents } from "../src/contents.ts";
import { stageLayer } from "../src/stage.ts";

const [helm = "", kine = "", directory = ""] = process.argv.slice(2);
const root = join(import.meta.dirname, "..", "..", "..");
const { base, app } = await productContents(root, { helm, kine });
stageLayer(join(directory, "base"), base);
stageLayer(join(directory, "app"), app);
