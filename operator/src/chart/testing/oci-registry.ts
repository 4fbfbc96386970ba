import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { startServer, type TestServer } from "./http-server.ts";

/** What a test puts into the registry. */
export interface RegistryContent {
  readonly repository: string;
  /** Packaged charts by tag. */
  readonly charts: Readonly<Record<string, Buffer>>;
  readonly configType?: string;
  /** Serves other bytes than the manifest promises. */
  readonly tamper?: boolean;
  /** Asks for a token, or for a password with each request. */
  readonly auth?: "token" | "basic";
  /** The only `Authorization` value that opens the door; absent: tokens are free. */
  readonly basic?: string;
}

const TOKEN = "pull-token";

/** The pulling half of the OCI distribution specification, with token authentication. */
export function startRegistry(content: RegistryContent): Promise<TestServer> {
  return startServer((request, response) => {
    const url = new URL(request.url ?? "", `http://${request.headers.host ?? ""}`);
    if (url.pathname === "/token") {
      giveToken(content, url, request, response);
      return;
    }
    if (!isAllowed(content, request)) {
      challenge(content, request, response);
      return;
    }
    serve(content, url.pathname.replace(`/v2/${content.repository}/`, ""), response);
  });
}

function isAllowed(content: RegistryContent, request: IncomingMessage): boolean {
  const { authorization } = request.headers;
  if (content.auth === undefined) return true;
  return authorization === (content.auth === "token" ? `Bearer ${TOKEN}` : content.basic);
}

function challenge(
  content: RegistryContent,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const realm = `http://${request.headers.host ?? ""}/token`;
  const scope = `repository:${content.repository}:pull`;
  const bearer = `Bearer realm="${realm}",service="registry",scope="${scope}"`;
  const header = content.auth === "token" ? bearer : 'Basic realm="registry"';
  response.writeHead(401, { "www-authenticate": header }).end("{}");
}

function giveToken(
  content: RegistryContent,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const isKnown = content.basic === undefined || request.headers.authorization === content.basic;
  const isRight =
    url.searchParams.get("service") === "registry" &&
    url.searchParams.get("scope") === `repository:${content.repository}:pull`;
  response.writeHead(isKnown && isRight ? 200 : 401);
  response.end(JSON.stringify({ token: TOKEN }));
}

function serve(content: RegistryContent, path: string, response: ServerResponse): void {
  const tag = /^manifests\/(.+)$/.exec(path)?.[1];
  const chart = content.charts[tag ?? ""];
  if (path === "tags/list") {
    response.end(JSON.stringify({ name: content.repository, tags: Object.keys(content.charts) }));
  } else if (chart !== undefined) {
    response.setHeader("content-type", "application/vnd.oci.image.manifest.v1+json");
    response.end(JSON.stringify(manifestOf(chart, content.configType)));
  } else {
    const blob = Object.values(content.charts).find((one) => path === `blobs/${digestOf(one)}`);
    if (blob === undefined) response.writeHead(404).end("{}");
    else response.end(content.tamper === true ? Buffer.concat([blob, blob]) : blob);
  }
}

function manifestOf(
  chart: Buffer,
  configType = "application/vnd.cncf.helm.config.v1+json",
): object {
  return {
    schemaVersion: 2,
    config: { mediaType: configType, digest: digestOf(Buffer.from("{}")), size: 2 },
    layers: [
      {
        mediaType: "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
        digest: digestOf(chart),
        size: chart.length,
      },
    ],
  };
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
