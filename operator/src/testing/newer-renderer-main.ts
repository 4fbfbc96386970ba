import { registerHooks } from "node:module";

// The operator of a later version: its latest renderer is "2", and writes other values than "1" for every instance.
registerHooks({
  load: (url, context, next) =>
    url.endsWith("/values/render/renderers.ts")
      ? { format: "module", shortCircuit: true, source: LATER }
      : next(url, context),
});

const LATER = `
import { mergeValues } from "../merge.ts";
import { renderV1 } from "./v1/render.ts";

const renderV2 = (input) =>
  mergeValues(renderV1(input), { controlPlane: { statefulSet: { labels: { renderer: "two" } } } });

export const RENDERERS = { 1: renderV1, 2: renderV2 };
export const LATEST_RENDERER = "2";
`;

await import("../main.ts");
