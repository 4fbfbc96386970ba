import type { Renderer } from "./renderer.ts";
import { renderV1 } from "./v1/render.ts";

/** Every renderer that a running release may have been made with, by its name on the release. */
export const RENDERERS: Readonly<Record<string, Renderer>> = { "1": renderV1 };

/** The renderer of new instances and of every change of a spec. */
export const LATEST_RENDERER = "1";
