import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { type Door, type DoorRequest, type DoorResponse, pathOf } from "../server/door.ts";
import { DOCS_INITIALIZER, DOCS_PAGE, DOCS_POLICY } from "./docs-page.ts";

interface Asset {
  readonly type: string;
  readonly bytes: Buffer;
  readonly etag: string;
}

const HTML = "text/html; charset=utf-8";
const SCRIPT = "text/javascript; charset=utf-8";
const STYLE = "text/css; charset=utf-8";

/**
 * Serves the OpenAPI document at `/openapi.json`, and at `/docs` a page where requests can be tried out. Anybody may
 * read both; calls from the page need credentials as others do.
 */
export function createDocsDoor(): Door {
  const assets = new Map<string, Asset>([
    [
      "/openapi.json",
      asset("application/json", read(import.meta.resolve("@open-vcluster/api/openapi.json"))),
    ],
    ["/docs", asset(HTML, Buffer.from(DOCS_PAGE))],
    ["/docs/initializer.js", asset(SCRIPT, Buffer.from(DOCS_INITIALIZER))],
    [
      "/docs/swagger-ui-bundle.js",
      asset(SCRIPT, read(import.meta.resolve("swagger-ui-dist/swagger-ui-bundle.js"))),
    ],
    [
      "/docs/swagger-ui.css",
      asset(STYLE, read(import.meta.resolve("swagger-ui-dist/swagger-ui.css"))),
    ],
    [
      "/docs/favicon-32x32.png",
      asset("image/png", read(import.meta.resolve("swagger-ui-dist/favicon-32x32.png"))),
    ],
  ]);
  return (request, response) => {
    const path = pathOf(request);
    // The page names its files relative to itself, so that it works below a prefix too.
    if (path === "/docs/") return redirect(response, "../docs");
    const found = assets.get(path);
    if (found === undefined) return false;
    answer(request, response, found);
    return true;
  };
}

function answer(request: DoorRequest, response: DoorResponse, { type, bytes, etag }: Asset): void {
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("allow", "GET, HEAD");
    response.statusCode = 405;
    response.end();
    return;
  }
  response.setHeader("etag", etag);
  // Kept, but asked about each time: another version may answer tomorrow.
  response.setHeader("cache-control", "no-cache");
  if (request.headers["if-none-match"] === etag) {
    response.statusCode = 304;
    response.end();
    return;
  }
  response.setHeader("content-type", type);
  response.setHeader("content-length", bytes.byteLength);
  if (type === HTML) response.setHeader("content-security-policy", DOCS_POLICY);
  response.statusCode = 200;
  if (request.method === "HEAD") response.end();
  else response.end(bytes);
}

function redirect(response: DoorResponse, location: string): true {
  response.setHeader("location", location);
  response.statusCode = 308;
  response.end();
  return true;
}

function asset(type: string, bytes: Buffer): Asset {
  const etag = `"${createHash("sha256").update(bytes).digest("hex").slice(0, 32)}"`;
  return { type, bytes, etag };
}

function read(url: string): Buffer {
  return readFileSync(new URL(url));
}
