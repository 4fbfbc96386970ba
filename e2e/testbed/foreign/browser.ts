import { TestbedError } from "../failure.ts";
import { findTool, installPackages } from "../host/tool.ts";
import type { Progress } from "../progress.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/**
 * Path of a Chromium; as root on Debian it is installed if there is none.
 *
 * @throws TestbedError `BrowserMissing` with what to install
 */
export async function locateBrowser(progress: Progress): Promise<string> {
  const found = browser();
  if (found !== undefined) return found;
  await installPackages(["chromium"], progress);
  const installed = browser();
  if (installed !== undefined) return installed;
  throw new TestbedError(
    "BrowserMissing",
    "Chromium is needed to test the API from a browser, and none is on PATH. Install it (Debian package chromium).",
  );
}

function browser(): string | undefined {
  return NAMES.map(findTool).find((path) => path !== undefined);
}
