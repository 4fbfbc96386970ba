import { chartCorrupt, chartForbidden } from "./chart-failure.ts";
import type { SourceHttp } from "./http.ts";

/** What a registry asks for in `WWW-Authenticate`. */
export interface Challenge {
  readonly scheme: "bearer" | "basic";
  readonly parameters: Readonly<Record<string, string>>;
}

const MAX_TOKEN_BYTES = 1024 * 1024;

/** Reads a `WWW-Authenticate` header; `undefined` for a scheme that we do not speak. Pure. */
export function parseChallenge(header: string): Challenge | undefined {
  const scheme = /^(bearer|basic)\b/i.exec(header)?.[1]?.toLowerCase();
  if (scheme !== "bearer" && scheme !== "basic") return undefined;
  const pairs = [...header.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)];
  const parameters = pairs.map(([, name = "", value = ""]) => [name.toLowerCase(), value] as const);
  return { scheme, parameters: Object.fromEntries(parameters) };
}

/**
 * Gets a pull token, with our password if there is one (distribution token specification).
 *
 * @returns The value of an `Authorization` header.
 */
export async function requestToken(
  challenge: Challenge,
  registry: { readonly base: URL; readonly repository: string },
  http: SourceHttp,
): Promise<string> {
  const url = URL.parse(challenge.parameters["realm"] ?? "");
  if (url === null || (url.protocol !== "https:" && url.protocol !== registry.base.protocol)) {
    throw chartCorrupt("the registry names no usable token service");
  }
  const { service, scope } = challenge.parameters;
  if (service !== undefined) url.searchParams.set("service", service);
  url.searchParams.set("scope", scope ?? `repository:${registry.repository}:pull`);
  const headers = http.basic === undefined ? {} : { authorization: http.basic };
  const answer = await http.get({ url, headers, maxBytes: MAX_TOKEN_BYTES });
  const token = tokenIn(answer.body);
  if (token === undefined) throw chartForbidden(url.host, answer.status);
  return `Bearer ${token}`;
}

function tokenIn(body: Buffer): string | undefined {
  try {
    const answer = JSON.parse(body.toString("utf8")) as { token?: unknown; access_token?: unknown };
    const token = answer.token ?? answer.access_token;
    return typeof token === "string" ? token : undefined;
  } catch {
    return undefined;
  }
}
