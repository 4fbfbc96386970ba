import { readFile } from "node:fs/promises";
import type { RequestOptions } from "node:https";
import { dirname, resolve } from "node:path";
import type { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import { parse } from "yaml";
import { Failure } from "../failure.ts";

/** Everything that one connection needs at one moment; secret as a whole. */
export interface Credentials {
  /** Base URL without a slash at the end. */
  readonly server: string;
  readonly tlsServerName?: string | undefined;
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** The kubeconfig asked for no verification of the server's certificate. */
  readonly isInsecure?: boolean | undefined;
  readonly proxyUrl?: string | undefined;
  /** Authentication headers. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Reads credentials as they are now. `isRejected` says that the server refused the last ones, so that
 * anything cached (such as an exec plugin's token) is obtained again.
 */
export type CredentialSource = (isRejected: boolean) => Promise<Credentials>;

/** Where Kubernetes mounts a Pod's identity. */
export const serviceAccountDirectory = "/var/run/secrets/kubernetes.io/serviceaccount";

/** Reads a Pod's mounted identity, whose token and CA rotate in place. */
export function inClusterSource(server: string, directory: string): CredentialSource {
  return async () => {
    const [token, ca] = await Promise.all([
      readText(resolve(directory, "token")),
      readText(resolve(directory, "ca.crt")),
    ]);
    return { server, ca, headers: bearer(token) };
  };
}

/** Reads a kubeconfig file; it, and every file that it names, may change at any time. */
export function kubeconfigSource(file: string, context: string | undefined): CredentialSource {
  let loaded: LoadedKubeconfig | undefined;
  return async (isRejected) => {
    const text = await readText(file);
    if (loaded?.text !== text || isRejected) loaded = await loadKubeconfig(text, file, context);
    return await credentialsOf(loaded);
  };
}

interface LoadedKubeconfig {
  readonly text: string;
  readonly kubeConfig: KubeConfig;
  /** Absolute; client-node does not know this field of a user. */
  readonly tokenFile: string | undefined;
}

/** Whoever has no kubeconfig, such as a Pod, does without the library: with its API it takes some 80 MB. */
async function loadKubeconfig(
  text: string,
  file: string,
  context: string | undefined,
): Promise<LoadedKubeconfig> {
  const { KubeConfig } = await import("@kubernetes/client-node/dist/config.js");
  const kubeConfig = new KubeConfig();
  try {
    kubeConfig.loadFromString(text);
  } catch (cause) {
    throw new Failure(
      "invalid",
      "KubeconfigInvalid",
      `${file} is not a kubeconfig; name another file`,
      { cause },
    );
  }
  kubeConfig.makePathsAbsolute(dirname(file));
  if (context !== undefined) kubeConfig.setCurrentContext(context);
  if (kubeConfig.getCurrentCluster() === null) {
    const name = context ?? kubeConfig.getCurrentContext();
    throw new Failure(
      "invalid",
      "KubeconfigContextNotFound",
      `${file} has no usable context "${name}"; set current-context or name another one`,
    );
  }
  announceExecInfo(kubeConfig);
  return { text, kubeConfig, tokenFile: tokenFileOf(text, file, kubeConfig) };
}

interface ExecSpec {
  apiVersion?: string;
  env?: { name: string; value: string }[] | null;
}

/** Plugins may insist on KUBERNETES_EXEC_INFO (KEP-541), which client-node does not set. */
function announceExecInfo(kubeConfig: KubeConfig): void {
  const exec = kubeConfig.getCurrentUser()?.exec as ExecSpec | null | undefined;
  if (exec === null || exec === undefined) return;
  const info = {
    apiVersion: exec.apiVersion,
    kind: "ExecCredential",
    spec: { interactive: false },
  };
  exec.env = [...(exec.env ?? []), { name: "KUBERNETES_EXEC_INFO", value: JSON.stringify(info) }];
}

function tokenFileOf(text: string, file: string, kubeConfig: KubeConfig): string | undefined {
  const document = parse(text) as {
    readonly users?: readonly { readonly name?: string; readonly user?: { tokenFile?: string } }[];
  };
  const name = kubeConfig.getCurrentUser()?.name;
  const tokenFile = document.users?.find((entry) => entry.name === name)?.user?.tokenFile;
  return tokenFile === undefined ? undefined : resolve(dirname(file), tokenFile);
}

async function credentialsOf(loaded: LoadedKubeconfig): Promise<Credentials> {
  const { kubeConfig, tokenFile } = loaded;
  const cluster = kubeConfig.getCurrentCluster();
  const tls = await tlsOptionsOf(kubeConfig);
  const basic = typeof tls.auth === "string" ? { authorization: basicHeader(tls.auth) } : {};
  const token = tokenFile === undefined ? {} : bearer(await readText(tokenFile));
  return {
    server: (cluster?.server ?? "").replace(/\/+$/, ""),
    tlsServerName: cluster?.tlsServerName,
    ca: pem(tls.ca),
    cert: pem(tls.cert),
    key: pem(tls.key),
    isInsecure: cluster?.skipTLSVerify === true,
    proxyUrl: cluster?.proxyUrl,
    headers: { ...basic, ...lowerCased(tls.headers), ...token },
  };
}

async function tlsOptionsOf(kubeConfig: KubeConfig): Promise<RequestOptions> {
  const options: RequestOptions = {};
  try {
    await kubeConfig.applyToHTTPSOptions(options);
  } catch (cause) {
    throw new Failure(
      "denied",
      "CredentialsUnavailable",
      "The kubeconfig's credentials could not be obtained; check its files and its exec plugin",
      { cause },
    );
  }
  return options;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new Failure(
      "denied",
      "CredentialsUnreadable",
      `${file} cannot be read; check that it exists and who may read it`,
      { cause },
    );
  }
}

function bearer(token: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token.trim()}` };
}

function basicHeader(auth: string): string {
  return `Basic ${Buffer.from(auth, "utf8").toString("base64")}`;
}

function pem(value: RequestOptions["ca" | "cert" | "key"]): string | undefined {
  if (value === undefined) return undefined;
  return [value].flat().map(String).join("\n");
}

function lowerCased(headers: RequestOptions["headers"]): Readonly<Record<string, string>> {
  const entries = Object.entries(headers ?? {}) as readonly (readonly [string, unknown])[];
  return Object.fromEntries(
    entries.flatMap(([name, value]) =>
      typeof value === "string" ? [[name.toLowerCase(), value.trim()]] : [],
    ),
  );
}
