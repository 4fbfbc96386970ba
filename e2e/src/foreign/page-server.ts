import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { stripTypeScriptTypes } from "node:module";
import type { AddressInfo } from "node:net";
import { join, normalize } from "node:path";

/** Serves one page with `connect-web`, without a bundler: browsers read modules themselves. */
export interface PageServer {
  readonly port: number;
  close(): void;
}

const ROOT = join(import.meta.dirname, "../../..");
const PACKAGES = ["@bufbuild/protobuf", "@connectrpc/connect", "@connectrpc/connect-web"];
const SERVED =
  /^\/(?:node_modules\/(?:@bufbuild|@connectrpc)|api\/src|e2e\/src\/foreign)\/[\w./@-]+\.[jt]s$/;

/** Starts a server on a free port of the loopback. */
export async function startPageServer(): Promise<PageServer> {
  const page = pageText();
  const server = createServer((request, response) => {
    const path = normalize(request.url ?? "/");
    const file = join(ROOT, path);
    if (path === "/") {
      response.setHeader("content-type", "text/html");
      response.end(page);
    } else if (SERVED.test(path) && existsSync(file)) {
      const text = readFileSync(file, "utf8");
      response.setHeader("content-type", "text/javascript");
      response.end(file.endsWith(".ts") ? stripTypeScriptTypes(text) : text);
    } else {
      response.statusCode = 404;
      response.end();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function pageText(): string {
  const imports = Object.fromEntries([
    ["@open-vcluster/api", "/api/src/index.ts"],
    ...PACKAGES.flatMap(modulesOf),
  ]);
  return `<!doctype html><title>Client</title>
<script type="importmap">${JSON.stringify({ imports })}</script>
<script type="module" src="/e2e/src/foreign/page.ts"></script>`;
}

/** Each name that a package exports, and its file. */
function modulesOf(name: string): readonly (readonly [specifier: string, path: string])[] {
  const directory = `/node_modules/${name}`;
  const { exports } = JSON.parse(readFileSync(join(ROOT, directory, "package.json"), "utf8")) as {
    readonly exports: Readonly<Record<string, { readonly import?: string }>>;
  };
  return Object.entries(exports).flatMap(([subpath, { import: file }]) =>
    file === undefined ? [] : [[join(name, subpath), join(directory, file)] as const],
  );
}
