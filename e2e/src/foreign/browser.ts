import { Code } from "@connectrpc/connect";
import { type Browser, chromium } from "playwright-core";
import { locateBrowser } from "../../testbed/foreign/browser.ts";
import { stderrProgress } from "../../testbed/progress.ts";
import { type Access, type ForeignClient, ForeignError } from "./foreign-client.ts";
import type { PageAnswer, PageCall } from "./page.ts";

/** Starts a headless Chromium. */
export async function startBrowser(): Promise<Browser> {
  const executablePath = await locateBrowser(stderrProgress());
  // Tests may run as root, and then Chromium has no sandbox.
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

/** connect-web in a page of its own, of this origin. */
export async function openPage(
  browser: Browser,
  origin: string,
  protocol: PageCall["protocol"],
  { port, token }: Access,
): Promise<ForeignClient> {
  const page = await browser.newPage();
  await page.goto(origin);
  await page.waitForFunction("'callApi' in globalThis");
  const baseUrl = `http://127.0.0.1:${String(port)}`;
  return {
    call: async (method, request, count = 1) => {
      const asked: PageCall = { baseUrl, token, protocol, method, request, count };
      const said = await page.evaluate<PageAnswer>(`callApi(${JSON.stringify(asked)})`);
      if (said.answers !== undefined)
        return said.answers as Awaited<ReturnType<ForeignClient["call"]>>;
      throw new ForeignError(nameOf(said.code), said.message);
    },
    close: () => page.close(),
  };
}

function nameOf(code: Code): string {
  return Code[code].replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
}
