import { Failure } from "@open-vcluster/runtime";

/** A parsed place where charts come from. */
export type SourceLocation =
  | { readonly kind: "folder"; readonly directory: string }
  /** `base` ends with a slash. */
  | { readonly kind: "repository"; readonly base: URL }
  /** `base` is the registry's API root, `https://HOST/v2/`. */
  | { readonly kind: "registry"; readonly base: URL; readonly repository: string };

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;
const REPOSITORY = /^[a-z0-9]+(?:[._/-]+[a-z0-9]+)*$/;

/**
 * Reads the text form of a chart source. Pure.
 *
 * - `folder:/path` — packaged charts, `vcluster-VERSION.tgz`
 * - `https://host/path` — a Helm repository, with an `index.yaml`
 * - `oci://host/repository` — a registry; the repository's last part is the chart's name, as with `helm pull`
 *
 * @param plainHttp - Whether an address that is not loopback may be spoken to without TLS.
 * @throws `Failure` of kind invalid, reason `ChartSourceInvalid`.
 */
export function parseChartSource(text: string, plainHttp: boolean): SourceLocation {
  if (text.startsWith("folder:/")) return { kind: "folder", directory: text.slice(7) };
  const url = URL.parse(text);
  if (url?.username !== "" || url.password !== "") throw invalid(text);
  if (url.protocol === "oci:") return registryAt(text, plainHttp);
  if (url.protocol !== "https:" && url.protocol !== "http:") throw invalid(text);
  if (url.protocol === "http:" && !plainHttp && !LOOPBACK.test(url.hostname)) {
    const message = `The chart source ${url.host} is not encrypted; use https, or allow plain HTTP explicitly.`;
    throw new Failure("invalid", "ChartSourceInvalid", message);
  }
  const path = url.pathname.endsWith("/") ? url.pathname : `${url.pathname}/`;
  return { kind: "repository", base: new URL(path, url.origin) };
}

function registryAt(text: string, plainHttp: boolean): SourceLocation {
  const [host = "", ...path] = text.slice("oci://".length).split("/");
  const repository = path.join("/");
  const bare = URL.parse(`https://${host}/`);
  if (bare?.host !== host.toLowerCase() || !REPOSITORY.test(repository)) throw invalid(text);
  const protocol = plainHttp || LOOPBACK.test(bare.hostname) ? "http:" : "https:";
  return { kind: "registry", base: new URL(`${protocol}//${host}/v2/`), repository };
}

function invalid(text: string): Failure {
  const shown = text.replace(/\/\/[^/]*@/, "//");
  const message = `"${shown}" is no chart source; use folder:/path, https://host/path or oci://host/repository, without credentials.`;
  return new Failure("invalid", "ChartSourceInvalid", message);
}
