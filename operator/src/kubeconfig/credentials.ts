import { Failure } from "@open-vcluster/runtime";
import { parse } from "yaml";

/** How a client proves itself to a virtual cluster, and how it knows the server. PEM text. */
export interface VirtualCredentials {
  readonly ca: string;
  readonly cert?: string;
  readonly key?: string;
  readonly token?: string;
}

/** The data of a Secret as the API returns it: base64 text by key. */
export type SecretData = Readonly<Record<string, string>>;

/**
 * Reads the credentials out of Secret `vc-NAME`.
 *
 * The syncer writes them twice: as `config` (a kubeconfig) and in parts (`certificate-authority`, `client-certificate`,
 * `client-key`, `token`). The parts win; versions that lack them leave the kubeconfig. Pure.
 *
 * @throws Failure `unavailable`, reason `KubeconfigIncomplete`, while the Secret has no usable credentials.
 */
export function readCredentials(data: SecretData): VirtualCredentials {
  const parts = credentialsOf({
    ca: text(data["certificate-authority"]),
    cert: text(data["client-certificate"]),
    key: text(data["client-key"]),
    token: text(data["token"]),
  });
  const credentials = parts ?? fromKubeconfig(text(data["config"]));
  if (credentials === undefined) {
    throw new Failure(
      "unavailable",
      "KubeconfigIncomplete",
      "The control plane has not written usable credentials yet; they come with its leader's start",
    );
  }
  return credentials;
}

type Parts = Readonly<Record<"ca" | "cert" | "key" | "token", string>>;

function credentialsOf(parts: Parts): VirtualCredentials | undefined {
  const { ca, cert, key, token } = parts;
  if (ca === "") return undefined;
  if (cert !== "" && key !== "") return { ca, cert, key };
  return token === "" ? undefined : { ca, token };
}

interface Kubeconfig {
  readonly clusters?: readonly { readonly cluster?: Readonly<Record<string, unknown>> }[];
  readonly users?: readonly { readonly user?: Readonly<Record<string, unknown>> }[];
}

function fromKubeconfig(yaml: string): VirtualCredentials | undefined {
  let config: Kubeconfig | null;
  try {
    config = parse(yaml) as Kubeconfig | null;
  } catch {
    return undefined;
  }
  const cluster = config?.clusters?.[0]?.cluster ?? {};
  const user = config?.users?.[0]?.user ?? {};
  return credentialsOf({
    ca: text(cluster["certificate-authority-data"]),
    cert: text(user["client-certificate-data"]),
    key: text(user["client-key-data"]),
    token: typeof user["token"] === "string" ? user["token"] : "",
  });
}

function text(base64: unknown): string {
  return typeof base64 === "string" ? Buffer.from(base64, "base64").toString("utf8") : "";
}
