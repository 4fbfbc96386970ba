import type { JsonObject } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { type Browser, chromium } from "playwright-core";
import { locateBrowser } from "../../testbed/foreign/browser.ts";
import { stderrProgress } from "../../testbed/progress.ts";
import { type Access, type ForeignClient, ForeignError } from "./foreign-client.ts";
import { type PageAnswer, type PageCall, phaseOf } from "./page.ts";

const POLL_MS = 50;

/** Starts a headless Chromium. */
export async function startBrowser(): Promise<Browser> {
  const executablePath = await locateBrowser(stderrProgress());
  // Tests may run as root, and then Chromium has no sandbox.
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

/** A page that calls the API. */
export interface ApiPage extends ForeignClient {
  /** Watches until a virtual cluster is in a phase; its phases on the way. */
  phases(request: JsonObject, last: string): Promise<readonly string[]>;
}

/** connect-web in a page of its own, of this origin. */
export async function openPage(
  browser: Browser,
  origin: string,
  protocol: PageCall["protocol"],
  { port, token }: Access,
): Promise<ApiPage> {
  const page = await browser.newPage();
  await page.goto(origin);
  // By time: a page that nobody sees may be given no frames.
  await page.waitForFunction("'callApi' in globalThis", undefined, { polling: POLL_MS });
  const baseUrl = `http://127.0.0.1:${String(port)}`;
  const ask = async (
    asked: Omit<PageCall, "baseUrl" | "token" | "protocol">,
  ): Promise<readonly JsonObject[]> => {
    const call: PageCall = { ...asked, baseUrl, token, protocol };
    const said = await page.evaluate<PageAnswer>(`callApi(${JSON.stringify(call)})`);
    if (said.answers !== undefined) return said.answers as readonly JsonObject[];
    throw new ForeignError(nameOf(said.code), said.message);
  };
  return {
    call: (method, request, count = 1) => ask({ method, request, count }),
    phases: async (request, last) => {
      const asked = { method: "WatchVCluster", request, count: Number.MAX_SAFE_INTEGER };
      return (await ask({ ...asked, phase: last })).map(phaseOf);
    },
    close: () => page.close(),
  };
}

function nameOf(code: Code): string {
  return Code[code].replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
}
