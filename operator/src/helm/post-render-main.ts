// Helm starts this program as its post-renderer: manifest on stdin, options as JSON in the last argument.
import { readFileSync, writeFileSync } from "node:fs";
import { type PostRenderOptions, postRender } from "./post-render.ts";

const options = JSON.parse(process.argv.at(-1) ?? "{}") as PostRenderOptions;
writeFileSync(1, postRender(readFileSync(0, "utf8"), options));
